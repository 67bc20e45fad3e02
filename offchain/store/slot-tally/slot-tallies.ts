import type { NewSlotTallyHead, SlotTally, SlotTallyHead } from "../documents.ts";
import type { Engine } from "../engine.ts";
import { StoreError } from "../errors.ts";
import { ID_INDEX, type Page, type PageRequest, Repository } from "../repositories/repository.ts";
import type { slotTallies } from "../schema/index.ts";
import { cutParts } from "./cut-parts.ts";
import type { SlotTallyParts } from "./slot-tally-parts.ts";

/** How a slot was closed, and the head that is valid for everybody. */
export type Closing =
  /** The head is this closer's own. */
  | { readonly outcome: "closed"; readonly head: SlotTallyHead }
  /** Another closer was first, with the same record. */
  | { readonly outcome: "same"; readonly head: SlotTallyHead }
  /** Another closer was first, with a record that differs in `field`. */
  | { readonly outcome: "different"; readonly head: SlotTallyHead; readonly field: string };

/** What two closers must agree on. */
const COMPARED = ["proofCount", "proofsRoot", "talliesRoot"] as const;

/** Closed slots: each has a head, and its tallies in parts. */
export class SlotTallies extends Repository<typeof slotTallies> {
  private readonly parts: SlotTallyParts;

  constructor(engine: Engine, schema: typeof slotTallies, parts: SlotTallyParts) {
    super(engine, schema);
    this.parts = parts;
  }

  /**
   * Closes the inputs of a slot: writes the parts, then the head that names them. The first head is kept forever.
   * A closer that was killed before it wrote the head has closed nothing; the next closer writes its own parts (the same
   * tallies give the same ones) and its own head.
   *
   * @param tallies in the order of entityId; read once, and only if the slot is not closed yet
   * @throws {StoreError} STORE_DOCUMENT_INVALID
   */
  async close(
    slot: number,
    head: NewSlotTallyHead,
    tallies: Iterable<SlotTally> | AsyncIterable<SlotTally>,
  ): Promise<Closing> {
    const own = { ...head, _id: slot };
    this.requireValid({ ...own, entityCount: 0, parts: [] });
    const before = await this.get(slot);
    if (before !== undefined) return closingOf(own, before);

    const parts: string[] = [];
    let entityCount = 0;
    for await (const part of cutParts(slot, tallies)) {
      await this.parts.insert(part);
      parts.push(part._id);
      entityCount += part.tallies.length;
    }
    const conflict = await this.insertHead({ ...own, entityCount, parts });
    const kept = await this.get(slot);
    if (kept === undefined) throw damaged(slot, "its head was written but has disappeared");
    return conflict === undefined
      ? closingOf(own, kept)
      : { outcome: "different", head: kept, field: conflict };
  }

  get(slot: number): Promise<SlotTallyHead | undefined> {
    return this.find({ _id: slot });
  }

  /**
   * The tallies of a closed slot in the order of entityId, one part in memory at a time.
   *
   * @throws {StoreError} STORE_SLOT_NOT_CLOSED, STORE_TALLY_DAMAGED, STORE_DOCUMENT_INVALID
   */
  async *tallies(slot: number): AsyncGenerator<SlotTally> {
    const head = await this.get(slot);
    if (head === undefined) throw new StoreError({ code: "STORE_SLOT_NOT_CLOSED", slot });
    let entities = 0;
    for (const [number, id] of head.parts.entries()) {
      const part = await this.parts.get(id);
      const shown = `part ${number + 1} of ${head.parts.length} (${id})`;
      if (part === undefined) throw damaged(slot, `${shown} is missing`);
      if (part.slot !== slot || part.number !== number) {
        throw damaged(slot, `${shown} is part ${part.number + 1} of slot ${part.slot}`);
      }
      entities += part.tallies.length;
      yield* part.tallies;
    }
    if (entities !== head.entityCount) {
      throw damaged(slot, `its parts hold ${entities} entities, its head says ${head.entityCount}`);
    }
  }

  /** The heads of closed slots from `from` to before `below`, in order. */
  range(from: number, below: number, request: PageRequest = {}): Promise<Page<SlotTallyHead>> {
    return this.page(
      { where: { _id: { atLeast: from, below } }, orderBy: ["_id"], index: ID_INDEX },
      request,
    );
  }

  /** @returns the field in which the head of another closer, who was first, differs */
  private async insertHead(head: Omit<SlotTallyHead, "closedAt">): Promise<string | undefined> {
    try {
      await this.insertOnce([head]);
      return undefined;
    } catch (error) {
      if (error instanceof StoreError && error.details.code === "STORE_CONFLICT") return error.details.field;
      throw error;
    }
  }
}

function closingOf(own: NewSlotTallyHead, head: SlotTallyHead): Closing {
  const field = COMPARED.find((name) => head[name] !== own[name]);
  if (field !== undefined) return { outcome: "different", head, field };
  const isOwn = head.closer === own.closer && head.closerSig === own.closerSig;
  return { outcome: isOwn ? "closed" : "same", head };
}

function damaged(slot: number, reason: string): StoreError {
  return new StoreError({ code: "STORE_TALLY_DAMAGED", slot, reason });
}
