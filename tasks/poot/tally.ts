import { ConsensusError } from "../../offchain/consensus/errors.ts";
import type { WorkTallyDocument } from "../../offchain/store/documents.ts";
import { eachPage } from "../../offchain/store/repositories/repository.ts";
import type { Store } from "../../offchain/store/store.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

interface TallyArguments {
  epoch: string | undefined;
  json: boolean;
}

export default async function tally(args: TallyArguments) {
  return await runTask(args, async (terminal) => {
    const asked = args.epoch === undefined ? undefined : parseWhole("--epoch", args.epoch);
    await using context = await openContext({ readOnly: true });
    const { workTally } = context.store;
    const epoch = asked ?? (await newestEpoch(context.store));
    // Asked before anything is printed: an empty array is not the answer.
    const { documents: any } = await workTally.byEpoch(epoch, { limit: 1 });
    if (any.length === 0) throw new ConsensusError({ code: "EPOCH_NOT_CHECKPOINTED", epoch });
    const rows = async function* () {
      for await (const page of eachPage((request) => workTally.byEpoch(epoch, request)))
        yield page.map(rowOf);
    };
    await terminal.pages(rows());
    return {};
  });
}

/** @throws {ConsensusError} EPOCH_NOT_CHECKPOINTED */
async function newestEpoch({ workTally }: Store): Promise<number> {
  const newest = (await workTally.ends())?.newest;
  if (newest === undefined) throw new ConsensusError({ code: "EPOCH_NOT_CHECKPOINTED", epoch: undefined });
  return Number(newest);
}

const rowOf = ({ epoch, rank, entityId, credits, liveScore }: WorkTallyDocument) => ({
  epoch,
  rank,
  entity: entityId,
  credits,
  beacons: liveScore.beacons,
  slots: liveScore.slots,
});
