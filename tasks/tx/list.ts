import { UNFINISHED } from "../../offchain/store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../offchain/store/repositories/repository.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

interface ListArguments {
  open: boolean;
  limit: string;
  json: boolean;
}

export default async function list({ open, limit, json }: ListArguments) {
  return await runTask({ json }, async (terminal) => {
    const most = parseWhole("--limit", limit);
    await using context = await openContext();
    const rows = [];
    for await (const document of eachDocument((page) => context.store.anchorTransactions.all(page))) {
      if (rows.length >= most) break;
      if (open && !UNFINISHED.includes(document.status)) continue;
      rows.push({
        transaction: document._id,
        account: document.from_addr,
        nonce: document.nonce,
        purpose: document.purpose,
        status: document.status,
        block: document.block_number,
        gas: document.gas_used,
        signed: new Date(document.created_at).toISOString(),
        error: document.error,
      });
    }
    if (rows.length === 0)
      terminal.line(open ? "Nothing is in flight." : "No transaction was sent from this store.");
    terminal.table(rows);
    return { value: rows };
  });
}
