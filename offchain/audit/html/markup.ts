/** A text as HTML shows it: what is in a store may be anything. */
export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table with a head; cells are HTML. */
export function table(head: readonly string[], rows: Iterable<readonly string[]>): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${cell}</td>`).join("");
  const body = Array.from(rows, (row) => `<tr>${cells(row)}</tr>`).join("\n");
  return `<div class="wide"><table><thead><tr>${head.map((name) => `<th>${escaped(name)}</th>`).join("")}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

/** A part of the page that other parts lead to. */
export function section(id: string, title: string, body: string): string {
  return `<section id="${id}"><h2>${escaped(title)}</h2>\n${body}\n</section>`;
}

/** Rows behind a figure, folded on a screen and open on paper. */
export function rows(id: string, title: string, body: string): string {
  return `<details id="${id}"><summary>${escaped(title)}</summary>${body}</details>`;
}

/** One bar of a chart: a name, its length in proportion, what it stands for, and where its rows are. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly href: string;
}

const BAR_WIDTH = 320;
const BAR_HEIGHT = 18;
const NAME_WIDTH = 150;
const TEXT_WIDTH = 150;

/** A bar chart as SVG, each bar a link to its rows. */
export function bars(label: string, values: readonly Bar[]): string {
  const most = Math.max(1, ...values.map(({ value }) => value));
  const width = NAME_WIDTH + BAR_WIDTH + TEXT_WIDTH;
  const lines = values.map(({ name, value, text, href }, at) => {
    const y = at * (BAR_HEIGHT + 6);
    const length = Math.max(1, Math.round((BAR_WIDTH * value) / most));
    return `<a href="${href}"><text x="${NAME_WIDTH - 6}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>
<rect class="bar" x="${NAME_WIDTH}" y="${y}" width="${length}" height="${BAR_HEIGHT}"/>
<text x="${NAME_WIDTH + length + 6}" y="${y + 13}">${escaped(text)}</text></a>`;
  });
  const height = Math.max(1, values.length) * (BAR_HEIGHT + 6);
  return `<svg role="img" aria-label="${escaped(label)}" viewBox="0 0 ${width} ${height}" style="max-width:${width}px">${lines.join("\n")}</svg>`;
}

/** An address or a hash, short, whole where it is pointed at. */
export function short(hex: string): string {
  return hex.length <= 20
    ? escaped(hex)
    : `<span class="hex" title="${escaped(hex)}">${escaped(`${hex.slice(0, 10)}…${hex.slice(-6)}`)}</span>`;
}
