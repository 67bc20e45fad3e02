import type { Machine } from "../../../devnet/poot-world/machine.ts";
import { ConsensusState } from "../../../offchain/consensus/node/consensus-state.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { explanationSentence } from "../../poot/explanation-sentence.ts";
import type { Act } from "./act.ts";

/** What was attested for the epoch. */
export interface AttestedEpoch {
  readonly epoch: number;
  readonly root: string | undefined;
  readonly attesters: number;
}

/** The epoch's end: every node computes the same root, and attests it. */
export async function epochStep({
  narrator,
  scene,
  chain,
  epoch,
  expectations,
}: Act): Promise<AttestedEpoch> {
  narrator.step("End the epoch: every admitted node attests its root on chain");
  const roots = new Set<string>();
  const attesters = new Set<string>();
  for await (const page of chain.checkpoints.attestations({}, epoch)) {
    for (const { root, attester } of page) {
      roots.add(root);
      attesters.add(attester.toLowerCase());
    }
  }
  const [root] = roots;
  const computed = new Set(
    scene.world.machines.flatMap(({ name }) =>
      scene.told(name, "checkpointed").map((one) => one.checkpoint.root),
    ),
  );
  const expelled = scene.cast.node("expelled").nodeId;
  const expected = scene.cast.identities.length - 1;
  narrator.say(
    `LucidCheckpoints has ${attesters.size} attestations of epoch ${epoch}, ${roots.size === 1 ? "all of the same root" : "of DIFFERENT roots"}:`,
  );
  for (const one of roots) narrator.say(one);
  narrator.say("The node that was expelled is not among them.");
  expectations.expect(
    roots.size === 1 && computed.size === 1 && computed.has(root ?? ""),
    "All machines compute one root, the one attested.",
  );
  expectations.expect(
    attesters.size === expected && !attesters.has(expelled),
    `All ${expected} admitted nodes attest, and nobody else; ${attesters.size} did.`,
  );
  return { epoch, root, attesters: attesters.size };
}

/** Why an entity did not lead a slot. */
export interface Explained {
  readonly entity: string;
  readonly slot: number;
  readonly rank: number | undefined;
  readonly exclusions: readonly string[];
  readonly sentence: string;
}

/** What `poot leader --explain` answers, from the stored record and the chain alone. */
export async function explainStep({ narrator, scene, expectations }: Act): Promise<Explained[]> {
  const slot = scene.lastSlot;
  narrator.step(`Ask why a node did not lead slot ${slot} (poot leader --explain)`);
  const { modules } = scene.world.machines[0] as Machine;
  const state = await ConsensusState.open({ ...modules, logger: createLogger("silent") });
  const explained: Explained[] = [];
  for (const name of ["half", "expelled"] as const) {
    const { decision, stored, entity } = await state.explain(slot, scene.cast.node(name).nodeId);
    if (entity === undefined) throw new RangeError(`slot ${slot} explains nothing of ${name}`);
    const { rank, exclusions } = entity;
    const sentence = explanationSentence(entity, name);
    narrator.say(sentence);
    explained.push({ entity: name, slot, rank, exclusions, sentence });
    const again = decision.candidates.map((candidate) => candidate.entityId);
    expectations.expect(
      stored?.seed === decision.seed &&
        [stored?.primary, ...(stored?.fallbacks ?? [])].join() === again.join(),
      `The decision about slot ${slot}, made again from the record, is the one stored.`,
    );
  }
  const [half, expelled] = explained;
  expectations.expect(
    half?.exclusions.length === 0 || half?.exclusions.join() === "cooldown",
    "Nothing but others' credits or a cooldown keeps the node half from leading.",
  );
  expectations.expect(
    expelled?.exclusions.includes("not-admitted") === true,
    "The expelled node is told that it is not admitted.",
  );
  return explained;
}
