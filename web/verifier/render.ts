import { printable } from "../../offchain/printable.ts";
import type { Line, Report, ReportVerdict, Step, StepState } from "./report.ts";

/** In the words of the page. */
export const VERDICTS: Readonly<Record<ReportVerdict, string>> = {
  verified: "Verified",
  unconfirmed: "Consistent, not confirmed",
  "not verified": "Not verified",
  unchecked: "Not fully checked",
  failed: "Could not be checked",
};

const STATES: Readonly<Record<StepState, readonly [mark: string, text: string]>> = {
  holds: ["✓", "holds"],
  disagrees: ["✗", "does not hold"],
  trusted: ["?", "nobody vouches"],
  unchecked: ["–", "not checked"],
};

/** Makes the element of a report. Text of files is only ever shown as text, with its control characters escaped. */
export function renderReport(report: Report): HTMLElement {
  const { name, verdict, summary, steps, notProven, json } = report;
  const article = element("article", "report");
  article.dataset.verdict = verdict;
  article.dataset.name = name;
  const heading = element("h3", "verdict", VERDICTS[verdict]);
  heading.tabIndex = -1;
  article.append(element("p", "file", name), heading, element("p", "summary", summary));
  const list = element("ol", "steps");
  list.append(...steps.map(renderStep));
  const limits = element("section", "limits");
  const items = element("ul");
  items.append(...notProven.map((text) => element("li", undefined, text)));
  limits.append(element("h4", undefined, "What is not proven"), items);
  article.append(list, limits, renderJson(json));
  return article;
}

function renderStep({ title, state, lines, findings }: Step): HTMLElement {
  const [mark, text] = STATES[state];
  const item = element("li", "step");
  item.dataset.state = state;
  const heading = element("h4");
  const sign = element("span", "mark", mark);
  sign.setAttribute("aria-hidden", "true");
  heading.append(sign, element("span", "title", title), element("span", "state", text));
  item.append(heading, ...lines.map(renderLine));
  for (const { code, message } of findings) {
    const paragraph = element("p", "finding");
    paragraph.append(element("code", undefined, code), element("span", undefined, ` ${printable(message)}`));
    item.append(paragraph);
  }
  return item;
}

function renderLine(line: Line): HTMLElement {
  if (typeof line === "string") return element("p", undefined, line);
  const paragraph = element("p", "fact");
  paragraph.append(element("span", "label", line.label), element("code", undefined, line.value));
  return paragraph;
}

function renderJson(json: unknown): HTMLElement {
  const details = element("details", "json");
  const text = JSON.stringify(json, (_, value) => (typeof value === "bigint" ? String(value) : value), 2);
  details.append(element("summary", undefined, "For machines: the document that --json prints"));
  details.append(element("pre", undefined, text));
  return details;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className?: string,
  text?: string,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = tag === "pre" ? text : printable(text);
  return made;
}
