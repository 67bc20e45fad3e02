import { assert } from "chai";
import { AbiCoder, keccak256, id as keccakOf, Wallet, ZeroHash } from "ethers";
import type { TronWeb } from "tronweb";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { routerDomain, signPayoutMessage } from "../../../offchain/payouts/typed-data.ts";
import { hexOf, tronAddressOf } from "../../../offchain/tron-address.ts";
import { accountOf, addressOf, deployed, FEE_LIMIT, walletOf } from "../../support/tron-wallet.ts";

const PERIOD = 202_611n;
const [AMOUNT, SUPPLY] = [1_500_000n, 10n ** 12n];
const PLANNER = new Wallet(keccakOf("planner"));
const APPROVER = new Wallet(keccakOf("approver"));

type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("the payout contracts on the local TRON node", function () {
  this.timeout(120_000);
  let node: TronNode;
  let tronWeb: TronWeb;
  let admin: string;
  let token: Deployed;
  let ledger: Deployed;
  let router: Deployed;

  /** Sends a call, mines until it is solid, and gives its receipt. */
  async function send({ address, abi }: Deployed, method: string, ...parameters: unknown[]) {
    const id = await tronWeb
      .contract(abi, address)
      [method]?.(...parameters)
      .send({ feeLimit: FEE_LIMIT });
    await node.mine(3);
    return await tronWeb.trx.getTransactionInfo(id);
  }

  async function succeed(contract: Deployed, method: string, ...parameters: unknown[]) {
    const info = await send(contract, method, ...parameters);
    assert.equal(info.receipt.result, "SUCCESS", `${method}: ${JSON.stringify(info)}`);
    return info;
  }

  const read = async ({ address, abi }: Deployed, method: string, ...parameters: unknown[]) =>
    await tronWeb
      .contract(abi, address)
      [method]?.(...parameters)
      .call();

  /** A statement of one row for V0, whose root is its leaf. */
  async function openStatement(to: string, amount: bigint, month: bigint) {
    const payoutId = keccakOf(`payout ${month}`);
    const row = [hexOf(router.address), payoutId, ZeroHash, hexOf(to), amount];
    const types = ["address", "bytes32", "bytes32", "address", "uint256"];
    const root = keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(types, row)));
    const domain = routerDomain("v0", node.chainId, router.address);
    const message = { domain, name: "Statement", message: { period: month, root, total: amount } } as const;
    const signatures = [
      await signPayoutMessage(PLANNER, message),
      await signPayoutMessage(APPROVER, message),
    ];
    await succeed(router, "openStatement", root, amount, month, ...signatures);
    return { root, payment: [payoutId, ZeroHash, to, amount] as const, payoutId };
  }

  before(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
    tronWeb = walletOf(node);
    admin = addressOf(tronWeb);
    token = await deployed(node, tronWeb, "mocks/TetherOnTron", [SUPPLY, "Tether USD", "USDT", 6n]);
    ledger = await deployed(node, tronWeb, "PayoutLedger", [admin]);
    router = await deployed(node, tronWeb, "PayoutRouterV0", [token.address, admin, ledger.address, admin]);
    await succeed(ledger, "grantRole", keccakOf("ROUTER_ROLE"), router.address);
    await succeed(router, "grantRole", keccakOf("DISBURSER_ROLE"), admin);
    await succeed(router, "grantRole", keccakOf("PLANNER_ROLE"), tronAddressOf(PLANNER.address));
    await succeed(router, "grantRole", keccakOf("APPROVER_ROLE"), tronAddressOf(APPROVER.address));
    await succeed(router, "setLimits", SUPPLY, SUPPLY);
    await succeed(token, "approve", router.address, SUPPLY);
  });
  after(() => node.close());

  it("open a statement that planner and approver signed for its chain id, and pay its row once", async () => {
    const payee = accountOf(node, 3).address;
    const { root, payment, payoutId } = await openStatement(payee, AMOUNT, PERIOD);
    const info = await succeed(router, "disburse", root, payment, []);
    assert.equal(await read(token, "balanceOf", payee), AMOUNT);
    assert.isTrue(await read(ledger, "isPaid", payoutId));
    const [transfer] = (info.log ?? []).filter(({ address }) => `0x${address}` === hexOf(token.address));
    assert.equal(transfer?.topics[0], keccakOf("Transfer(address,address,uint256)").slice(2));
    assert.equal(BigInt(`0x${transfer?.data}`), AMOUNT);
    const again = await send(router, "disburse", root, payment, []);
    assert.equal(again.receipt.result, "REVERT");
    assert.equal(await read(token, "balanceOf", payee), AMOUNT);
  });

  it("refuse a statement that was signed for another chain", async () => {
    const root = keccakOf("another chain");
    const domain = routerDomain("v0", node.chainId + 1n, router.address);
    const message = { domain, name: "Statement", message: { period: PERIOD + 1n, root, total: 1n } } as const;
    const signatures = [
      await signPayoutMessage(PLANNER, message),
      await signPayoutMessage(APPROVER, message),
    ];
    const info = await send(router, "openStatement", root, 1n, PERIOD + 1n, ...signatures);
    assert.equal(info.receipt.result, "REVERT");
  });

  it("cost in a constant call what they are charged", async () => {
    const { root, payment } = await openStatement(accountOf(node, 4).address, AMOUNT, PERIOD + 2n);
    const call = await tronWeb.transactionBuilder.triggerConstantContract(
      router.address,
      "disburse(bytes32,(bytes32,bytes32,address,uint256),bytes32[])",
      {
        funcABIV2: router.abi.find(({ name }: { name?: string }) => name === "disburse"),
        parametersV2: [root, payment, []],
      },
      [],
      admin,
    );
    const info = await succeed(router, "disburse", root, payment, []);
    assert.equal(info.receipt.energy_usage_total, call.energy_used);
  });
});
