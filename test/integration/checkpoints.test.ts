import { assert } from "chai";
import { id, Wallet } from "ethers";
import hre from "hardhat";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import type { BlockRange } from "../../offchain/contracts/contract-reader.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import { LucidCheckpointsClient } from "../../offchain/contracts/lucid-checkpoints/client.ts";
import type { Attestation } from "../../offchain/contracts/lucid-checkpoints/reader.ts";
import { LucidCheckpoints__factory } from "../../typechain-types/index.ts";
import { rejection } from "../support/rejection.ts";

const EPOCH = 800;
const [ROOT, OTHER_ROOT] = [id("root"), id("another root")];
/** The public endpoints' page of blocks, and some. */
const MANY_BLOCKS = 10_050;

describe("attestations, through the client", function () {
  this.timeout(120_000);
  let chain: InProcessChain;
  let checkpoints: LucidCheckpointsClient;

  beforeEach(async () => {
    chain = await startInProcessChain(hre);
    ({ checkpoints } = chain);
  });
  afterEach(() => chain?.[Symbol.asyncDispose]());

  const attest = (signer: Wallet, epoch = EPOCH, root = ROOT) => checkpoints.attestEpoch(signer, epoch, root);

  async function attestations(range?: BlockRange, epoch?: number): Promise<Attestation[]> {
    const all: Attestation[] = [];
    for await (const page of checkpoints.attestations(range, epoch)) all.push(...page);
    return all;
  }

  it("are kept by attester, counted by root, and listed in order", async () => {
    const { registrar, prover } = chain;
    assert.isUndefined(await checkpoints.attestationOf(EPOCH, registrar.address));
    const first = await attest(registrar);
    const second = await attest(prover);
    const next = await attest(prover, EPOCH + 1, OTHER_ROOT);
    assert.equal(await checkpoints.attestationOf(EPOCH, registrar.address), ROOT);
    assert.equal(await checkpoints.attestationCount(EPOCH, ROOT), 2);
    assert.equal(await checkpoints.attestationCount(EPOCH, OTHER_ROOT), 0);
    assert.equal(await checkpoints.attestationCount(EPOCH + 1, OTHER_ROOT), 1);
    const listed = (
      { hash, blockHash, blockNumber }: typeof first,
      attester: Wallet,
      epoch: number,
      root: string,
    ) => ({
      epoch,
      root,
      attester: attester.address,
      txid: hash,
      blockNumber,
      blockHash,
      logIndex: 0,
    });
    const all = [
      listed(first, registrar, EPOCH, ROOT),
      listed(second, prover, EPOCH, ROOT),
      listed(next, prover, EPOCH + 1, OTHER_ROOT),
    ];
    assert.deepEqual(await attestations(), all);
    assert.deepEqual(await attestations({}, EPOCH), all.slice(0, 2));
    assert.deepEqual(
      await attestations({ fromBlock: second.blockNumber, toBlock: second.blockNumber }),
      all.slice(1, 2),
    );
  });

  it("are kept with the transaction that sent them", async () => {
    const { hash } = await attest(chain.registrar);
    const saved = await chain.store.anchorTransactions.get(hash);
    assert.deepInclude(saved, { purpose: "attestation", refs: [ROOT], status: "confirmed" });
  });

  it("change nothing where they are the same again", async () => {
    await attest(chain.registrar);
    const again = await attest(chain.registrar);
    assert.equal(again.status, 1);
    assert.isEmpty(again.logs);
    assert.equal(await checkpoints.attestationCount(EPOCH, ROOT), 1);
    assert.lengthOf(await attestations(), 1);
  });

  it("are refused where they contradict the attester's own, with both roots", async () => {
    const { registrar } = chain;
    await attest(registrar);
    const { details } = await rejection(attest(registrar, EPOCH, OTHER_ROOT), ContractError);
    assert.deepInclude(details, {
      code: "CONTRACT_REVERTED",
      action: "LucidCheckpoints.attestEpoch",
      error: "AlreadyAttested",
      values: {
        epoch: String(EPOCH),
        attester: registrar.address,
        attested: ROOT,
        offered: OTHER_ROOT,
      },
    });
    const zero = await rejection(attest(registrar, EPOCH, `0x${"00".repeat(32)}`), ContractError);
    assert.deepInclude(zero.details, { error: "ZeroRoot", values: { epoch: String(EPOCH) } });
  });

  it("are refused from an account that is not a registrar, and the remedy grants the role", async () => {
    const stranger = new Wallet(localKey(7));
    const { details, message } = await rejection(attest(stranger), ContractError);
    assert.deepInclude(details, {
      error: "AccessControlUnauthorizedAccount",
      values: { account: stranger.address, neededRole: "REGISTRAR" },
    });
    assert.include(message, `npx hardhat role grant REGISTRAR ${stranger.address}`);
  });

  it("are read in pages, and those of an epoch beyond 2^53 are left out", async () => {
    const { evm, registrar, prover } = chain;
    await attest(registrar);
    await chain.mine(MANY_BLOCKS);
    const data = LucidCheckpoints__factory.createInterface().encodeFunctionData("attestEpoch", [
      2n ** 64n - 1n,
      ROOT,
    ]);
    const call = { action: "LucidCheckpoints.attestEpoch", purpose: "attestation", data, references: [] };
    await evm.send(prover, { ...call, to: checkpoints.address });
    await attest(prover);
    const pages = [];
    for await (const page of checkpoints.attestations()) pages.push(page.map(({ attester }) => attester));
    assert.deepEqual(pages, [[registrar.address], [prover.address]]);
  });

  it("are not read from another contract", async () => {
    const location = { address: chain.anchors.address, deploymentBlock: 0 };
    const foreign = new LucidCheckpointsClient(location, { evm: chain.evm });
    const counted = await rejection(foreign.attestationCount(EPOCH, ROOT), ContractError);
    assert.deepEqual(counted.details, {
      code: "CONTRACT_FOREIGN",
      action: "LucidCheckpoints.attestationCount",
    });
    const read = await rejection(foreign.attestationOf(EPOCH, chain.registrar.address), ContractError);
    assert.equal(read.details.code, "CONTRACT_FOREIGN");
  });
});
