import { assert } from "chai";
import { BrowserProvider, ContractFactory, Wallet } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { localKey } from "../../devnet/anvil.ts";
import { buildContracts } from "../../ignition/build-contracts.ts";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import { parseSessionProof, type SessionProof } from "../../offchain/anchoring/proof-format.ts";
import { verifySessionProof } from "../../offchain/anchoring/verify-proof.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { evmLayerOver } from "../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { createLogger } from "../../offchain/logger.ts";
import type { Session } from "../../offchain/sessions/session.ts";
import { sessionTree } from "../../offchain/sessions/session-tree.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import { recordsOf } from "../support/anchored-sessions.ts";
import { rejection } from "../support/rejection.ts";
import vectors from "../vectors/session-proofs.json" with { type: "json" };

describe("golden vectors of session proofs", function () {
  this.timeout(60_000);
  let connection: NetworkConnection;
  let check: (proof: SessionProof, knownContract?: string) => ReturnType<typeof verifySessionProof>;
  const open: (() => Promise<unknown>)[] = [];
  const { chain } = vectors;

  before(async () => {
    await buildContracts(hre);
    connection = await hre.network.create("default");
    const provider = new BrowserProvider(connection.provider, undefined, { cacheTimeout: -1 });
    const deployer = new Wallet(localKey(0), provider);
    assert.equal(deployer.address, chain.deployer);
    const { abi, bytecode } = LucidAnchors__factory;
    const deployed = await new ContractFactory(abi, bytecode, deployer).deploy(deployer.address);
    assert.equal(await deployed.getAddress(), chain.contract);
    const contract = LucidAnchors__factory.connect(chain.contract, deployer);
    await (await contract.grantRole(await contract.REGISTRAR_ROLE(), deployer.address)).wait();
    const at = (time: number) => connection.networkHelpers.time.setNextBlockTimestamp(time);
    for (const { session, registeredAt } of chain.sessions) {
      await at(registeredAt);
      await (await contract.registerSessions([session])).wait();
    }
    for (const { sessions, root, registeredAt } of chain.trees) {
      assert.equal(
        sessionTree(sessions as Session[]).root,
        root,
        "the sessions are in the order of their ids",
      );
      await at(registeredAt);
      await (await contract.registerSessionTree(root, sessions.length)).wait();
    }
    const store = await openStore({ setting: "memory:" });
    const settings = readSettings({});
    const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
    const { evm } = evmLayerOver(provider, settings, modules);
    open.push(
      async () => provider.destroy(),
      () => store.close(),
      () => connection.close(),
    );
    check = (proof, knownContract) => {
      const anchors = new LucidAnchorsClient({ address: proof.contract, deploymentBlock: 0 }, { evm });
      const findRecorded = recordsOf(store);
      return verifySessionProof(proof, { anchors, findRecorded }, { knownContract, confirmations: 1 });
    };
  });
  after(async () => {
    for (const close of open) await close();
  });

  const parsed = (proof: unknown) => parseSessionProof(JSON.stringify(proof), "vector.json");

  for (const { name, proof, registeredAt } of vectors.verified) {
    it(`verified: ${name}`, async () => {
      const { verdict, anchor } = await check(parsed(proof), chain.contract);
      assert.deepEqual([verdict, anchor?.registeredAt], ["verified", registeredAt]);
      const unconfirmed = await check(parsed(proof));
      assert.equal(unconfirmed.verdict, "unconfirmed");
      assert.notProperty(unconfirmed, "anchor");
    });
  }

  for (const { name, proof, findings } of vectors.refused) {
    it(`refused: ${name}`, async () => {
      const { verdict, findings: found } = await check(parsed(proof), chain.contract);
      assert.sameMembers([...new Set(found.map(({ code }) => code))], findings);
      assert.equal(verdict, "not verified");
    });
  }

  for (const { name, text } of vectors.malformed) {
    it(`malformed: ${name}`, async () => {
      const reading = Promise.resolve().then(() => parseSessionProof(text, "vector.json"));
      assert.equal((await rejection(reading, AnchoringError)).code, "PROOF_MALFORMED");
    });
  }
});
