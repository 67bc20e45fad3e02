import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, getAddress, keccak256, type Signer, toUtf8Bytes, Wallet, ZeroHash } from "ethers";
import hre, { network } from "hardhat";
import {
  PayoutLedger__factory,
  type PayoutRouterKYC,
  PayoutRouterKYC__factory,
  type PayoutRouterV0,
  PayoutRouterV0__factory,
  TetherOnTron__factory,
} from "../../../typechain-types/index.ts";
import type { IPayoutRouter } from "../../../typechain-types/payouts/PayoutRouter.ts";

/** Rows of the statement that is paid. */
const ROWS = 1_000;
const USDT = 10n ** 6n;
const SUPPLY = 10n ** 9n * USDT;
const PERIOD = 202_611n;
const KYC_HASH = label("salted file");
/** 2100-01-01T00:00:00Z. */
const EXPIRY = 4_102_444_800n;

const abi = AbiCoder.defaultAbiCoder();

/** A router with an open statement of 1,000 rows, all of them for it. */
export interface OpenStatement<Router> {
  readonly router: Router;
  readonly rows: readonly IPayoutRouter.PaymentStruct[];
  readonly tree: SimpleMerkleTree;
  readonly root: string;
}

export type PayoutWorld = Awaited<ReturnType<typeof startPayoutWorld>>;

/** Token, ledger and both routers on a chain in this process, each with an open statement; account 0 sends everything. */
export async function startPayoutWorld() {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const connection = await network.create("default");
  const [sender] = await connection.ethers.getSigners();
  if (sender === undefined) throw new Error("the in-process chain has no accounts");
  const token = await new TetherOnTron__factory(sender).deploy(SUPPLY, "Tether USD", "USDT", 6);
  const ledger = await new PayoutLedger__factory(sender).deploy(sender.address);
  const [tokenAddress, ledgerAddress] = [await token.getAddress(), await ledger.getAddress()];
  const treasury = sender.address;
  const planner = new Wallet(label("planner"));
  const approver = new Wallet(label("approver"));
  const compliance = new Wallet(label("compliance"));
  const { chainId } = await connection.ethers.provider.getNetwork();
  const domainOf = async (name: string, router: PayoutRouterV0 | PayoutRouterKYC) => ({
    name,
    version: "1",
    chainId,
    verifyingContract: await router.getAddress(),
  });

  /** Admits a router and opens a statement over rows that are all for it. */
  async function open<Router extends PayoutRouterV0 | PayoutRouterKYC>(
    router: Router,
    name: string,
  ): Promise<OpenStatement<Router>> {
    const address = await router.getAddress();
    await (await ledger.grantRole(await ledger.ROUTER_ROLE(), address)).wait();
    for (const [role, account] of [
      [await router.DISBURSER_ROLE(), sender?.address],
      [await router.PLANNER_ROLE(), planner.address],
      [await router.APPROVER_ROLE(), approver.address],
    ] as const) {
      await (await router.grantRole(role, account as string)).wait();
    }
    await (await router.setLimits(SUPPLY, SUPPLY)).wait();
    await (await token.approve(address, SUPPLY)).wait();
    const rows = sampleRows(name);
    const tree = SimpleMerkleTree.of(
      rows.map((row) => leafOf(address, row)),
      { sortLeaves: false },
    );
    const total = rows.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const statement = { period: PERIOD, root: tree.root, total };
    const domain = await domainOf(name, router);
    const [byPlanner, byApprover] = await Promise.all(
      [planner, approver].map((signer) => signer.signTypedData(domain, STATEMENT, statement)),
    );
    const opened = router.openStatement(tree.root, total, PERIOD, byPlanner as string, byApprover as string);
    await (await opened).wait();
    return { router, rows, tree, root: tree.root };
  }

  const args = [tokenAddress, treasury, ledgerAddress, sender.address] as const;
  const v0 = await open(await new PayoutRouterV0__factory(sender).deploy(...args), "Lucid PayoutRouterV0");
  const kycRouter = await new PayoutRouterKYC__factory(sender).deploy(...args);
  const kyc = await open(kycRouter, "Lucid PayoutRouterKYC");
  await (await kycRouter.grantRole(await kycRouter.COMPLIANCE_ROLE(), compliance.address)).wait();
  const kycDomain = await domainOf("Lucid PayoutRouterKYC", kycRouter);
  const approve = async ({ payoutId, to, amount }: IPayoutRouter.PaymentStruct) => ({
    kycHash: KYC_HASH,
    expiry: EXPIRY,
    signature: await compliance.signTypedData(kycDomain, COMPLIANCE, {
      payoutId,
      to,
      amount,
      kycHash: KYC_HASH,
      expiry: EXPIRY,
    }),
  });
  return { connection, sender: sender as Signer, token, v0, kyc, approve };
}

const STATEMENT = {
  Statement: [
    { name: "period", type: "uint64" },
    { name: "root", type: "bytes32" },
    { name: "total", type: "uint256" },
  ],
};

const COMPLIANCE = {
  Compliance: [
    { name: "payoutId", type: "bytes32" },
    { name: "to", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "kycHash", type: "bytes32" },
    { name: "expiry", type: "uint64" },
  ],
};

/** A payee that nobody has paid yet, the same on each run. */
export function freshPayee(name: string): string {
  return getAddress(label(`payee ${name}`).slice(0, 42));
}

/** Amounts of a few hundred USDT, whose calldata has as many non-zero bytes as real ones. */
export function sampleAmount(index: number): bigint {
  return 200n * USDT + 123_457n * BigInt(index + 1);
}

/** Rows of a month, without sessions. */
function sampleRows(name: string): IPayoutRouter.PaymentStruct[] {
  return Array.from({ length: ROWS }, (_, i) => ({
    payoutId: label(`${name} payout ${i}`),
    sessionId: ZeroHash,
    to: freshPayee(`${name} ${i}`),
    amount: sampleAmount(i),
  }));
}

function leafOf(router: string, { payoutId, sessionId, to, amount }: IPayoutRouter.PaymentStruct): string {
  const fields = abi.encode(
    ["address", "bytes32", "bytes32", "address", "uint256"],
    [router, payoutId, sessionId, to, amount],
  );
  return keccak256(keccak256(fields));
}

function label(text: string): string {
  return keccak256(toUtf8Bytes(text));
}
