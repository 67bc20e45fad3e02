import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import { type Act, queue, shortId, slotOf, takenBy } from "./act.ts";

/** Nobody has credits before: proofs of slot 2 rank the leaders of slot 4. */
const FIRST_LED = 4;
/** Seconds of a slot after which its leader has done its work. */
const LED_AFTER = 30;
/** A block may be written for 60 s. */
const TOO_LATE = 70;

/** A slot as it should be: the best-ranked entity anchors what is queued. */
export async function firstLeaderStep(act: Act): Promise<void> {
  const { narrator, scene, expectations } = act;
  const slot = scene.firstSlot + FIRST_LED;
  narrator.step("Queue a session; the first elected leader anchors it");
  await scene.world.runUntilSlot(slot - 1, TOO_LATE);
  const session = await queue(act, 0);
  await scene.world.runUntilSlot(slot, LED_AFTER);
  const decided = await slotOf(act, slot);
  narrator.say(
    `Slot ${slot}: ${takenBy(act, decided)} published session ${shortId(session)} and wrote the block. Its three members have the most credits.`,
  );
  expectations.expect(
    decided.result?.reason === "primary" && decided.block !== undefined,
    `The primary of slot ${slot} takes it and writes its block.`,
  );
}

/** A leader that is stopped after it took its slot: what it writes when it wakes up is refused. */
export async function lateLeaderStep(act: Act): Promise<void> {
  const { narrator, scene, expectations } = act;
  const { cast, world } = scene;
  const slot = scene.firstSlot + FIRST_LED + 1;
  const { nodeId } = cast.node("late");
  const machine = world.machineOf(nodeId);
  narrator.step("Stop a leader that has its slot, just before it writes the block");
  const session = await queue(act, 1);
  machine.stopBefore("write");
  await world.runUntilSlot(slot, TOO_LATE);
  const wasStopped = machine.isStopped;
  machine.resume();
  await world.runUntilSlot(slot, TOO_LATE + 1);
  const decided = await slotOf(act, slot);
  const outcome = scene.told("late", "led").find((event) => event.slot === slot)?.outcome;
  narrator.say(
    `Slot ${slot}: ${takenBy(act, decided)} published session ${shortId(session)}, was suspended, and woke up ${TOO_LATE} s after the slot began. The store refused its block, by its own clock: a block may be written for 60 s. What is on chain stays, and the next leader enters it.`,
  );
  expectations.expect(
    wasStopped && decided.result?.winner === nodeId,
    `The node late takes slot ${slot} and is stopped.`,
  );
  expectations.expect(
    outcome?.kind === "taken-without-block" &&
      outcome.reason === "deadline-over" &&
      decided.block === undefined,
    `The block of slot ${slot} is refused: too late.`,
  );
}

/** A leader that does not answer: after 5 s it is the next candidate's turn. */
export async function silentLeaderStep(act: Act): Promise<void> {
  const { narrator, scene, expectations } = act;
  const { cast, world } = scene;
  const slot = scene.firstSlot + FIRST_LED + 2;
  const { nodeId } = cast.node("silent");
  const machine = world.machineOf(nodeId);
  narrator.step("Stop the next leader before it takes its slot: a fallback takes over");
  const session = await queue(act, 2);
  machine.stopBefore("take");
  await world.runUntilSlot(slot, TOO_LATE);
  const wasStopped = machine.isStopped;
  machine.resume();
  const decided = await slotOf(act, slot);
  const { result, primary, block } = decided;
  const seconds = ((result?.takenAt ?? 0) - slotStart(slot)) / 1_000;
  narrator.say(
    `Slot ${slot}: ${cast.nameOf(primary ?? "")} did not answer. ${takenBy(act, decided)} took the slot after ${seconds} s and published session ${shortId(session)}.`,
  );
  expectations.expect(
    primary === nodeId && wasStopped,
    `The node silent is the primary of slot ${slot} and does not answer.`,
  );
  expectations.expect(
    result?.reason === "fallback" && block !== undefined,
    `A fallback takes slot ${slot} and writes its block.`,
  );
  await queue(act, 3);
  await world.runUntilSlot(slot + 1, LED_AFTER);
  const next = await slotOf(act, slot + 1);
  narrator.say(
    `Slot ${slot + 1}: ${takenBy(act, next)}. It is back, and since it won nothing, no cooldown holds it.`,
  );
  expectations.expect(
    next.result?.winner === nodeId && next.block !== undefined,
    `The node silent leads slot ${slot + 1} after it is back.`,
  );
}
