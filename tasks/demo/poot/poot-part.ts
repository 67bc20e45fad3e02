import type { DemoContext, PartResult } from "../demo-context.ts";
import { Expectations } from "../expectations.ts";
import { sealSamples } from "../seal-samples.ts";
import type { Act } from "./act.ts";
import { expelledStep, halfStep, inventorStep } from "./dishonest-steps.ts";
import { epochStep, explainStep } from "./epoch-steps.ts";
import { firstLeaderStep, lateLeaderStep, silentLeaderStep } from "./leader-steps.ts";
import { readCredits, readWork } from "./read-credits.ts";
import { readRegistrations, readSchedule } from "./read-slots.ts";
import { setScene } from "./scene.ts";
import { startStep } from "./start-step.ts";

/** Twenty nodes at the end of an epoch: who leads, who is held back, what counts, what is attested. */
export async function pootPart(context: DemoContext): Promise<PartResult> {
  const { narrator } = context;
  const expectations = new Expectations(narrator);
  const scene = await setScene(context);
  const sessions = (await sealSamples(context)).map(({ session }) => session);
  const act: Act = { ...pick(context), scene, expectations, sessions };

  await startStep(act);
  await firstLeaderStep(act);
  await lateLeaderStep(act);
  await silentLeaderStep(act);
  const refusals = await inventorStep(act);
  await expelledStep(act);
  await halfStep(act);
  const attested = await epochStep(act);
  const explained = await explainStep(act);

  const slots = await slotRows(act);
  narrator.table(
    slots.map(({ slot, leader, kind, detail, sessions: published, block }) => ({
      slot,
      leader,
      kind: detail === undefined ? kind : `${kind} (${detail})`,
      sessions: published.length,
      block: block === undefined ? "no" : "yes",
    })),
  );
  const quarrels = scene.world.machines.flatMap(({ name }) => [
    ...scene.told(name, "disagreement"),
    ...scene.told(name, "block-refused"),
  ]);
  expectations.expect(quarrels.length === 0, "No machine disagrees with what is stored, or refuses a block.");
  const work = await readWork(context.chain, scene.firstSlot, scene.lastSlot);
  const credits = await readCredits(context.chain, context.epoch, work, scene.cast);
  narrator.table(credits.map(({ account: _, ...row }) => row));
  for (const { entity, relay, storage, validations, credits: total } of credits) {
    expectations.expect(
      relay + storage + validations === total,
      `The credits of ${entity} are what its closed slots add up to.`,
    );
  }
  expectations.expect(
    credits.length === scene.cast.entities.length,
    "Every entity has a row in the epoch's tally.",
  );
  const value = {
    poot: { ...attested, nodes: scene.cast.identities.length, slots, credits, refusals, explained },
  };
  return { value, failures: expectations.failures };
}

const pick = ({ narrator, chain, owner, epoch }: DemoContext) => ({ narrator, chain, owner, epoch });

/** The outcome of each slot, and which of the queued sessions the chain got in it. */
async function slotRows({ scene, chain, sessions, expectations }: Act) {
  const schedule = await readSchedule(chain, scene.firstSlot, scene.lastSlot + 2);
  const ids = sessions.map(({ manifest }) => manifest.sessionId);
  const registered = await readRegistrations(chain, ids);
  const counts = ids.map((id) => registered.filter(({ sessionId }) => sessionId === id).length);
  expectations.expect(
    counts.every((count) => count === 1),
    `Each of the ${ids.length} queued sessions is anchored once.`,
  );
  const slots = new Set(registered.map(({ slot }) => slot));
  expectations.expect(slots.size === ids.length, "The queued sessions are anchored in different slots.");
  const stored = await chain.store.sessions.getMany(ids);
  expectations.expect(
    ids.every((id) => stored.get(id)?.status === "anchored"),
    "The store has every queued session as anchored.",
  );
  return schedule.map(({ slot, result, block }) => ({
    slot,
    leader: result?.winner && scene.cast.nameOf(result.winner),
    account: result?.winner,
    kind: result?.reason,
    detail: result?.detail,
    sessions: registered.filter((one) => one.slot === slot).map(({ sessionId }) => sessionId),
    block: block?.hash,
  }));
}
