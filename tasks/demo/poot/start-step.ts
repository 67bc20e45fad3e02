import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { Act } from "./act.ts";
import { inventReceipts, issueReceipts } from "./relay.ts";

/** Slots after the first from which registered nodes earn. */
const FIRST_PROOFS = 2;

/** Starts everybody, and lets them make their first proofs. */
export async function startStep(act: Act): Promise<void> {
  const { narrator, owner, scene, expectations } = act;
  const { cast, world, firstSlot, lastSlot, keptChunks, allChunks, recorded } = scene;
  const time = (slot: number) => new Date(slotStart(slot)).toISOString().slice(0, 16).replace("T", " ");
  narrator.step("Admit, register and start twenty nodes, three of them a pool (poot run)");
  narrator.say(
    `Nine machines in this process, each with its own folder and view of the chain. Their clock is simulated: it begins at ${time(firstSlot)} UTC in slot ${firstSlot}, ${lastSlot - firstSlot + 1} slots before the epoch ends, and goes on as soon as everybody waits.`,
  );
  await world.start();

  narrator.step("Prove work: relay receipts, storage challenges, beacons");
  const issued = await issueReceipts(scene, firstSlot + FIRST_PROOFS, owner);
  await inventReceipts(scene, firstSlot + FIRST_PROOFS + 1, owner);
  await world.runUntilSlot(firstSlot + FIRST_PROOFS, 30);
  const proved = world.machines
    .flatMap(({ name }) => scene.told(name, "proved"))
    .filter(({ slot }) => slot === firstSlot + FIRST_PROOFS);
  const answered = proved.reduce((sum, { made }) => sum + made.answered, 0);
  const claimed = proved.reduce((sum, { made }) => sum + made.receipts.used, 0);
  narrator.say(
    `The owner signed ${issued} receipts. In slot ${firstSlot + FIRST_PROOFS} ${proved.length} nodes sent a beacon and claimed ${claimed} receipts, and answered ${answered} of ${4 * proved.length} challenges, which the slot's block hash drew from the ${allChunks} chunks of ${recorded.length} sessions.`,
  );
  narrator.say(`The node half has lost every second chunk: ${keptChunks} of ${allChunks} are left.`);
  expectations.expect(
    proved.length === cast.identities.length,
    `All ${cast.identities.length} nodes prove; ${proved.length} do.`,
  );
  expectations.expect(claimed === issued, `All ${issued} receipts of the owner are claimed; ${claimed} are.`);
}
