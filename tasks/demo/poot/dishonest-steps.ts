import type { Refusal } from "../../../offchain/consensus/rules/proofs/refusal.ts";
import { type Act, queue, slotOf, takenBy } from "./act.ts";
import { readWork } from "./read-credits.ts";
import { INVENTED } from "./relay.ts";

type Refusals = Readonly<Partial<Record<Refusal, number>>>;

const EXPELLED_LEADS = 8;

/** What the inventor claimed, once the slot of its claims is closed. @returns what was refused, by reason */
export async function inventorStep(act: Act): Promise<Refusals> {
  const { narrator, scene, chain, expectations } = act;
  const slot = scene.firstSlot + 3;
  narrator.step("Look at what the node inventor claimed, though it relayed nothing");
  const closed = scene.world.machines.map(({ name }) =>
    scene.told(name, "closed").find((one) => one.slot === slot),
  );
  const refusals = closed[0]?.closed.refusals ?? {};
  narrator.say(
    `In slot ${slot} ${refusals.SIGNER_NOT_OWNER} proofs are refused with SIGNER_NOT_OWNER: it signed a receipt in the owner's place, and put its own name on another node's receipt. ${refusals.SESSION_NOT_REGISTERED} with SESSION_NOT_REGISTERED: it owns a session that the chain has never seen. Every machine found the same.`,
  );
  const work = (await readWork(chain, slot, slot)).get(scene.cast.node("inventor").nodeId);
  const expected = JSON.stringify(sorted(INVENTED));
  const isRefused = closed.every((one) => JSON.stringify(sorted(one?.closed.refusals ?? {})) === expected);
  expectations.expect(isRefused, `Every machine refuses exactly ${expected} in slot ${slot}.`);
  expectations.expect(work?.relay === 0, "The node inventor has no credit for relaying.");
  return refusals;
}

/** A node loses its role, and from the next slot's head on nothing of it counts. */
export async function expelledStep(act: Act): Promise<void> {
  const { narrator, scene, chain, expectations } = act;
  const { cast, world, firstSlot } = scene;
  const { nodeId, wallet } = cast.node("expelled");
  const slot = firstSlot + EXPELLED_LEADS;
  narrator.step("Expel a node: revoke its role (role revoke)");
  await queue(act, 4);
  await world.runUntilSlot(slot, 30);
  const led = await slotOf(act, slot);
  await chain.anchorsAdmin.revokeRole(chain.admin, "REGISTRAR", wallet.address);
  await queue(act, 5);
  await world.runUntilSlot(scene.lastSlot + 1, 30);
  const [before, after] = [
    await readWork(chain, slot, slot),
    await readWork(chain, slot + 1, scene.lastSlot - 1),
  ];
  narrator.say(
    `Slot ${slot}: ${takenBy(act, led)}, and then its role is revoked. It earned ${before.get(nodeId)?.credits ?? 0} credits in that slot, and ${after.get(nodeId)?.credits ?? 0} in all those after it.`,
  );
  expectations.expect(led.result?.winner === nodeId, `The node expelled leads slot ${slot}.`);
  expectations.expect(!after.has(nodeId), "Nothing counts of a node that lost its role.");
  expectations.expect((before.get(nodeId)?.credits ?? 0) > 0, "Before that, its work counted.");
}

/** Challenges answered in the epoch, by a node that lost half its chunks and by one that keeps all. */
export async function halfStep(act: Act): Promise<void> {
  const { narrator, scene, chain, expectations } = act;
  const { cast, firstSlot, lastSlot, keptChunks, allChunks } = scene;
  narrator.step("Compare storage credits: all chunks, and half of them");
  await scene.world.runUntilSlot(lastSlot + 2, 30);
  const work = await readWork(chain, firstSlot, lastSlot);
  const storage = (name: "half" | "north-a") => work.get(cast.node(name).nodeId)?.storage ?? 0;
  const asked = 4 * (lastSlot - firstSlot - 1);
  const half = storage("half");
  const unanswered = scene
    .told("half", "proved")
    .filter(({ slot }) => slot <= lastSlot)
    .reduce((sum, { made }) => sum + made.unanswered.length, 0);
  const share = (part: number, whole: number) => `${Math.round((100 * part) / whole)} %`;
  narrator.say(
    `north-a answered ${storage("north-a")} of ${asked} challenges; half, with ${keptChunks} of ${allChunks} chunks (${share(keptChunks, allChunks)}), ${half} of ${asked} (${share(half, asked)}).`,
  );
  expectations.expect(storage("north-a") === asked, `The node north-a answers all ${asked} challenges.`);
  expectations.expect(
    half + unanswered === asked,
    "The node half misses exactly the challenges for chunks that it lost.",
  );
  // Five standard deviations: the block hashes draw, and one run in a million would fail.
  expectations.expect(
    half > 0.1 * asked && half < 0.9 * asked,
    `The node half has about half the storage credits; it has ${half} of ${asked}.`,
  );
}

const sorted = (counts: Refusals) => Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
