import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ConsensusError } from "../../offchain/consensus/errors.ts";
import { attestEpoch } from "../../offchain/consensus/node/attest-epoch.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import { ConsensusState } from "../../offchain/consensus/node/consensus-state.ts";
import { createLogger } from "../../offchain/logger.ts";
import { openChain } from "../context.ts";
import { readWallets } from "../keys.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";

interface AttestArguments {
  epoch: string;
  acceptOmissions: boolean;
  json: boolean;
}

export default async function attest(args: AttestArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const epoch = parseWhole("epoch", args.epoch);
    const wallets = await readWallets(hre, "LUCID_NODE_KEY", "an attestation is the node's");
    await using context = await openChain(hre, { signal });
    const { settings } = context;
    const logger = createLogger(settings.logLevel);
    const modules = await connectNode(settings, { ...context, clock: machineClock, logger });
    await using _threads = modules.verifier;
    terminal.progress("computing the epoch's root from the record…");
    const state = await ConsensusState.open({ ...modules, logger });
    const checkpoint = await state.checkpoint(epoch);
    if (checkpoint.hasOmissions !== false && !args.acceptOmissions) {
      throw new ConsensusError({ code: "EPOCH_HAS_OMISSIONS", epoch });
    }
    const rows = [];
    for (const wallet of wallets) {
      const transaction = await attestEpoch(checkpoint, wallet, modules.checkpoints);
      const attested = transaction === undefined ? "before" : "now";
      rows.push({ epoch, root: checkpoint.root, attester: wallet.address, attested, transaction });
    }
    terminal.table(rows);
    return { value: rows };
  });
}
