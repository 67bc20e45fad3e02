import { slotStart } from "../../consensus/slot-time.ts";
import { SLOT_OUTCOMES, type SlotOutcome, type SlotRow } from "../slot-rows.ts";
import { escaped, rows, short, table } from "./markup.ts";

/** Also told apart without colour: the legend has their counts, each slot its title. */
const COLOURS: Readonly<Record<SlotOutcome, string>> = {
  primary: "#1b7f6b",
  fallback: "#d9a600",
  emergency: "#7a5cc4",
  missed: "#9aa3ad",
  "without block": "#d4622a",
  open: "#c9d6e3",
  absent: "#b3261e",
};
/** An hour a line, so that a day is a block of 24. */
const SLOTS_PER_LINE = 60;
const CELL = 12;
/** Rows of slots that a page shows: about a month. */
const MAX_ROWS = 22_000;

/** The slots on a time line, each coloured by how it ended and leading to its row. */
export function timeline(slots: readonly SlotRow[], faulty: ReadonlySet<number>): string {
  const shownSlots = slots.slice(-MAX_ROWS);
  const [first] = shownSlots;
  if (first === undefined) return "<p>No slots were audited.</p>";
  const cells = shownSlots.map(({ slot, outcome }, at) => {
    const [x, y] = [(at % SLOTS_PER_LINE) * CELL, Math.floor(at / SLOTS_PER_LINE) * CELL];
    const mark = faulty.has(slot) ? ' class="faulty"' : "";
    return `<a href="#slot-${slot}"><rect${mark} x="${x + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}" fill="${COLOURS[outcome]}"><title>${slot}: ${outcome}</title></rect></a>`;
  });
  const width = SLOTS_PER_LINE * CELL;
  const height = Math.ceil(shownSlots.length / SLOTS_PER_LINE) * CELL;
  return `<p class="legend">${legend(shownSlots)}</p>
<svg role="img" aria-label="Slots by how they ended" viewBox="0 0 ${width} ${height}" style="max-width:${width}px">${cells.join("\n")}</svg>
<p>From slot ${first.slot} (${timeOf(first.slot)}), ${SLOTS_PER_LINE} slots a line; a frame marks a finding.</p>
${rows("slot-rows", `${shownSlots.length} slots`, slotTable(shownSlots))}`;
}

function legend(slots: readonly SlotRow[]): string {
  return SLOT_OUTCOMES.flatMap((outcome) => {
    const count = slots.filter((row) => row.outcome === outcome).length;
    return count === 0
      ? []
      : `<span><i style="background:${COLOURS[outcome]}"></i>${outcome} ${count}</span>`;
  }).join(" ");
}

function slotTable(slots: readonly SlotRow[]): string {
  return table(
    ["slot", "from", "ended", "winner", "block"],
    slots.map(({ slot, outcome, winner, detail, block }) => [
      `<a id="slot-${slot}">${slot}</a>`,
      timeOf(slot),
      escaped(detail === undefined ? outcome : `${outcome}: ${detail}`),
      winner === undefined ? "" : short(winner),
      block === undefined ? "" : short(block),
    ]),
  );
}

const timeOf = (slot: number) => new Date(slotStart(slot)).toISOString().replace(":00.000Z", "Z");
