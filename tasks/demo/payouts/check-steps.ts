import { slotsInEpoch } from "../../../offchain/consensus/node/epoch-checkpoint.ts";
import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import { readRecordedEpoch } from "../../../offchain/consensus/node/recorded-epoch.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { explainPayout, workInSlots } from "../../../offchain/payouts/explain-payout.ts";
import { type Difference, differencesOf } from "../../../offchain/payouts/reconcile/differences.ts";
import { readBooks } from "../../../offchain/payouts/reconcile/read-books.ts";
import type { StoredStatement } from "../../../offchain/payouts/statement-folder.ts";
import { formatUsdt } from "../../../offchain/payouts/usdt.ts";
import { readCredits } from "../../payout/read-credits.ts";
import type { MonthAct } from "./month-act.ts";
import { rowOf } from "./pay-steps.ts";

/** Whose statement is checked. */
const PAYEE = "half";

/** Holds the store, the routers' events, the ledger and the token's transfers against each other. */
export async function reconcileStep(act: MonthAct): Promise<readonly Difference[]> {
  const { context, scene, expectations } = act;
  const { narrator, chain } = context;
  narrator.step("Compare store, router events, ledger and transfers (payout reconcile)");
  const options = { routers: scene.terms.routers, ledger: scene.contracts.ledger, fromBlock: 0 };
  const books = await readBooks(options, {
    payouts: chain.store.payouts,
    tron: scene.tron,
    chain: scene.chain,
  });
  const differences = differencesOf(books);
  narrator.say(
    `${books.payments.length} payments in blocks ${books.blocks.first} to ${books.blocks.last}: ${differences.length === 0 ? "no differences" : `${differences.length} DIFFERENCES`}. Neither what is held nor what is refused has moved any money.`,
  );
  for (const { code, booked, found } of differences) narrator.say(`${code}: ${booked}, found ${found}`);
  expectations.expect(differences.length === 0, "Store, routers, ledger and token agree.");
  return differences;
}

/** What one payee can check by himself: from his row over his credits to the root that nodes attested. */
export async function explainStep(act: MonthAct, { statement }: StoredStatement) {
  const { context, scene, month, deployment, modules, node, expectations } = act;
  const { narrator, chain, firstSlot } = context;
  const { store } = chain;
  narrator.step(`Check what the node ${PAYEE} was paid, down to its proofs (payout explain)`);
  const { entityId } = rowOf(act, statement.rows, PAYEE);
  const registry = new NodeRegistry({
    store,
    domain: node.chain.domain,
    logger: createLogger("silent"),
  });
  const reading = {
    readEpoch: (epoch: number) => readRecordedEpoch(epoch, { store, chain: node.chain, registry }),
    checkpoints: node.checkpoints,
  };
  const { row, epochs, totalCredits, divided, payment, checks } = await explainPayout(
    { month, entityId, quorum: deployment.quorum },
    scene.terms.signers,
    {
      ...{ store, folder: modules.folder },
      readCredits: (epoch, root, entity) => readCredits(epoch, root, entity, reading),
      readWork: (epoch, entity) => workInSlots(slotsInEpoch(epoch, firstSlot), entity, store),
    },
  );
  const { work, attestations } = epochs[0] ?? {};
  narrator.say(
    `It answered ${work?.storageProofs} challenges and signed ${work?.validationSignatures} blocks: ${row.credits} of ${totalCredits} credits, so ${formatUsdt(row.amount)} of ${formatUsdt(divided)} USDT; ${payment?.status}.`,
  );
  for (const { check, holds, detail } of checks)
    narrator.say(`${holds ? "yes" : "NO "}  ${check}: ${detail}`);
  expectations.expect(
    checks.length === 6 && checks.every(({ holds }) => holds),
    `All six checks of the row of ${PAYEE} hold.`,
  );
  expectations.expect(payment?.status === "confirmed", `The payout of ${PAYEE} is confirmed.`);
  const { credits, amount } = row;
  return { entity: PAYEE, credits, totalCredits, amount, attestations, checks };
}
