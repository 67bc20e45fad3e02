/**
 * What a payment through each router takes, one by one and in batches, beside a bare transfer of the same token. Gas is that
 * of an Ethereum transaction, intrinsic gas included; energy is what TRON takes for the execution.
 */
import type { ContractTransactionResponse, JsonRpcProvider } from "ethers";
import hre from "hardhat";
import type { Figure, Measurement } from "./figure.ts";
import { energyOf } from "./payouts/energy.ts";
import { freshPayee, type PayoutWorld, sampleAmount, startPayoutWorld } from "./payouts/world.ts";

/** The batch that the goal is for, and as many bare transfers. */
const BATCH = 20;
const V0_BATCHES = [5, BATCH, 50];
const GOAL = 1.45;

interface Cost {
  readonly gas: number;
  readonly energy: number;
}

export async function measure(): Promise<Measurement> {
  const world = await startPayoutWorld();
  const transfer = await measureTransfers(world);
  const { v0, kyc } = await measureSingle(world);
  const v0Batches = await measureV0Batches(world);
  const kycBatch = await measureKycBatch(world);
  const figure = (name: string, cost: Cost): Figure => ({
    figure: `payouts.${name}`,
    value: cost.gas,
    unit: "gas a payment",
    energy: cost.energy,
    beside: {},
  });
  const batch = v0Batches.get(BATCH) as Cost;
  const figures: Figure[] = [
    figure("bareTransfer", transfer),
    figure("v0Disburse", v0),
    figure("kycDisburse", kyc),
    ...[...v0Batches].map(([size, cost]) => figure(`v0Batch${size}`, cost)),
    figure(`kycBatch${BATCH}`, kycBatch),
    {
      figure: `payouts.v0Batch${BATCH}.vsTransfers`,
      value: batch.gas / transfer.gas,
      unit: "bare transfers",
      energy: batch.energy / transfer.energy,
      goal: { atMost: GOAL },
      beside: { "one by one": v0.gas / transfer.gas },
    },
  ];
  const measurement = { conditions: conditions(world), figures };
  await world.connection.close();
  return measurement;
}

/** Each to a payee who holds nothing yet, from the treasury. */
async function measureTransfers(world: PayoutWorld): Promise<Cost> {
  const costs: Cost[] = [];
  for (let i = 0; i < BATCH; i++) {
    const payee = freshPayee(`of a bare transfer ${i}`);
    costs.push(await costOf(world, world.token.transfer(payee, sampleAmount(i))));
  }
  return share(
    costs.reduce((sum, { gas, energy }) => ({ gas: sum.gas + gas, energy: sum.energy + energy })),
    BATCH,
  );
}

/** The second payment of each router: the first one of a day writes two words that were zero. */
async function measureSingle(world: PayoutWorld): Promise<{ v0: Cost; kyc: Cost }> {
  const payV0 = (row: number) => {
    const { router, root, rows, tree } = world.v0;
    return costOf(world, router.disburse(root, at(rows, row), tree.getProof(row)));
  };
  const payKyc = async (row: number) => {
    const { router, root, rows, tree } = world.kyc;
    const approval = await world.approve(at(rows, row));
    return costOf(world, router.disburse(root, at(rows, row), approval, tree.getProof(row)));
  };
  await payV0(0);
  await payKyc(0);
  return { v0: await payV0(1), kyc: await payKyc(1) };
}

/** Runs of neighbouring rows, as they are paid; the share of each payment. */
async function measureV0Batches(world: PayoutWorld): Promise<Map<number, Cost>> {
  const { router, root, rows, tree } = world.v0;
  const costs = new Map<number, Cost>();
  let from = 2;
  for (const size of V0_BATCHES) {
    const places = Array.from({ length: size }, (_, i) => from + i);
    const { proof, proofFlags } = tree.getMultiProof(places);
    const run = rows.slice(from, from + size);
    costs.set(size, share(await costOf(world, router.disburseBatch(root, run, proof, proofFlags)), size));
    from += size;
  }
  return costs;
}

async function measureKycBatch(world: PayoutWorld): Promise<Cost> {
  const { router, root, rows, tree } = world.kyc;
  const run = rows.slice(2, 2 + BATCH);
  const approvals = await Promise.all(run.map(world.approve));
  const { proof, proofFlags } = tree.getMultiProof(run.map((_, i) => 2 + i));
  return share(await costOf(world, router.disburseBatch(root, run, approvals, proof, proofFlags)), BATCH);
}

async function costOf(
  { connection }: PayoutWorld,
  sent: Promise<ContractTransactionResponse>,
): Promise<Cost> {
  const receipt = await (await sent).wait();
  if (receipt === null) throw new Error("the chain mines at once, yet there is no receipt");
  const provider = connection.ethers.provider as unknown as JsonRpcProvider;
  return { gas: Number(receipt.gasUsed), energy: await energyOf(provider, receipt.hash) };
}

const share = ({ gas, energy }: Cost, count: number): Cost => ({ gas: gas / count, energy: energy / count });

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`there is no row ${index}`);
  return item;
}

function conditions({ connection }: PayoutWorld): Record<string, string> {
  const compiler = hre.config.solidity.profiles.production?.overrides["contracts/payouts/PayoutRouterV0.sol"];
  const hardfork = connection.networkConfig.type === "edr-simulated" ? connection.networkConfig.hardfork : "";
  return {
    solc: compiler?.version ?? "unknown",
    "compiler settings": JSON.stringify({ ...compiler?.settings, outputSelection: undefined }),
    "hardfork of the chain": hardfork,
    rows: "of a statement of 1,000, to payees who hold nothing; the first payment of the day is not measured",
    energy: "the execution by java-tron's prices, from a trace; without a penalty for popular contracts",
  };
}
