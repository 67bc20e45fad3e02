import { assert } from "chai";
import { ContractFactory, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { type LocalChain, localKey, startAnvil } from "../../devnet/anvil.ts";
import type { Session } from "../../offchain/sessions/session.ts";
import { sessionTree } from "../../offchain/sessions/session-tree.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import vectors from "../vectors/session-proofs.json" with { type: "json" };

/** A node on which the sessions of the golden vectors of proofs are registered, at their times. */
export async function anchoredVectors(): Promise<LocalChain> {
  const { chain } = vectors;
  const times = [...chain.sessions, ...chain.trees].map(({ registeredAt }) => registeredAt);
  const node = await startAnvil({ extra: ["--timestamp", String(Math.min(...times) - 1_000)] });
  const provider = new JsonRpcProvider(node.url, undefined, { staticNetwork: true, cacheTimeout: -1 });
  const deployer = new Wallet(localKey(0), provider);
  assert.equal(deployer.address, chain.deployer);
  const signer = new NonceManager(deployer);
  const { abi, bytecode } = LucidAnchors__factory;
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy(deployer.address);
  assert.equal(await deployed.getAddress(), chain.contract);
  const contract = LucidAnchors__factory.connect(chain.contract, signer);
  await (await contract.grantRole(await contract.REGISTRAR_ROLE(), deployer.address)).wait();
  const at = (time: number) => provider.send("evm_setNextBlockTimestamp", [time]);
  for (const { session, registeredAt } of chain.sessions) {
    await at(registeredAt);
    await (await contract.registerSessions([session])).wait();
  }
  for (const { sessions, root, registeredAt } of chain.trees) {
    assert.equal(sessionTree(sessions as Session[]).root, root);
    await at(registeredAt);
    await (await contract.registerSessionTree(root, sessions.length)).wait();
  }
  provider.destroy();
  return node;
}
