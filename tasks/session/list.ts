import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import { eachDocument } from "../../offchain/store/repositories/repository.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

export default async function list({ json }: { json: boolean }) {
  return await runTask({ json }, async (terminal) => {
    await using context = await openContext({ readOnly: true });
    const rows = [];
    for await (const session of eachDocument((page) => context.store.sessions.all(page))) {
      rows.push({
        session: session._id,
        started: isoTime(session.started_at),
        chunks: session.chunk_count,
        bytes: session.size_bytes,
        status: session.status,
        mode: session.anchor_mode,
        registered: session.registered_at === undefined ? undefined : isoTime(session.registered_at),
        transaction: session.anchor_txid,
      });
    }
    if (rows.length === 0) terminal.line("No session is kept here. Seal one: npx hardhat session seal FILE");
    terminal.table(rows);
    return { value: rows };
  });
}
