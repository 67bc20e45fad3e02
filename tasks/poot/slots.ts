import { epochOf, slotAt, slotStart } from "../../offchain/consensus/slot-time.ts";
import type { LeaderScheduleDocument } from "../../offchain/store/documents.ts";
import { eachPage } from "../../offchain/store/repositories/repository.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

interface SlotsArguments {
  from: string | undefined;
  to: string | undefined;
  json: boolean;
}

/** An hour. */
const DEFAULT_SLOTS = 30;

export default async function slots(args: SlotsArguments) {
  return await runTask(args, async (terminal) => {
    const wanted = {
      from: args.from === undefined ? undefined : parseWhole("--from", args.from),
      to: args.to === undefined ? undefined : parseWhole("--to", args.to),
    };
    await using context = await openContext({ readOnly: true });
    const { leaderSchedule } = context.store;
    const last = wanted.to ?? Number((await leaderSchedule.ends())?.newest ?? slotAt(Date.now()));
    const first = wanted.from ?? Math.max(0, last - DEFAULT_SLOTS + 1);
    const rows = async function* () {
      for await (const page of eachPage((request) => leaderSchedule.range(first, last + 1, request))) {
        yield page.map(rowOf);
      }
    };
    const shown = await terminal.pages(rows());
    if (shown === 0)
      terminal.line(`No slot from ${first} to ${last} is decided. Nodes decide them: npx hardhat poot run`);
    return {};
  });
}

function rowOf({ slot, primary, result, block }: LeaderScheduleDocument) {
  return {
    slot,
    epoch: epochOf(slot),
    starts: new Date(slotStart(slot)).toISOString(),
    primary,
    winner: result?.winner,
    reason: result?.reason,
    detail: result?.detail,
    taken: result && new Date(result.takenAt).toISOString(),
    block: block?.hash,
    signer: block?.signer,
  };
}
