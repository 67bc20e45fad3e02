import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContractFactory, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { type LocalChain, localKey } from "../../../devnet/anvil.ts";
import { readSettings } from "../../../offchain/config/settings.ts";
import { connectEvm } from "../../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../../offchain/contracts/lucid-anchors/client.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { LucidAnchors__factory } from "../../../typechain-types/index.ts";

/** A session counts at its receipt, here as in the loops beside. */
const CONFIRMATIONS = 1;
const ADMIN = 0;
const REGISTRAR = 1;
const POLL_MS = 100;

/** LucidAnchors deployed on a node, and Lucid connected to it with an embedded store. */
export interface AnchorWorld extends AsyncDisposable {
  readonly address: string;
  readonly anchors: LucidAnchorsClient;
  readonly store: Store;
  readonly folder: string;
  /** Holds REGISTRAR_ROLE. */
  readonly registrar: Wallet;
  /** The node without anything of Lucid's between. */
  readonly direct: JsonRpcProvider;
}

export async function openAnchorWorld({ url }: LocalChain): Promise<AnchorWorld> {
  // Its defaults would slow the loops down: answers cached for a quarter of a second, polling every four seconds.
  const plain = { staticNetwork: true, cacheTimeout: -1, pollingInterval: POLL_MS };
  const direct = new JsonRpcProvider(url, undefined, plain);
  const admin = new Wallet(localKey(ADMIN), direct);
  const registrar = new Wallet(localKey(REGISTRAR));
  const { abi, bytecode } = LucidAnchors__factory;
  const nonces = new NonceManager(admin);
  const address = await (await new ContractFactory(abi, bytecode, nonces).deploy(admin.address)).getAddress();
  const deployed = LucidAnchors__factory.connect(address, nonces);
  await (await deployed.grantRole(await deployed.REGISTRAR_ROLE(), registrar.address)).wait();

  const folder = await mkdtemp(join(tmpdir(), "lucid-bench-"));
  const settings = readSettings({ LUCID_DATA_DIR: folder, LUCID_CONFIRMATIONS: String(CONFIRMATIONS) });
  const store = await openStore({ setting: settings.store });
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const { evm, provider } = await connectEvm([url], settings, modules);
  return {
    ...{ address, store, folder, registrar, direct },
    anchors: new LucidAnchorsClient({ address, deploymentBlock: 0 }, { evm }),
    [Symbol.asyncDispose]: async () => {
      await evm.close();
      provider.destroy();
      direct.destroy();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
