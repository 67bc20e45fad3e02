import type { Mutant } from "./mutants.ts";
import { type AstNode, childrenOf, type Range, rangeOf } from "./solidity-ast.ts";

/** The number of the mutant that is switched on; none has the number 0. */
const ACTIVE = "activeMutant()";
const SWITCH = `
function activeMutant() view returns (uint256) {
    return uint160(address(block.coinbase));
}
`;

/** A modifier as steps around the body, which can be left out by a condition. */
interface Guard {
  readonly before: (argument: string) => string;
  readonly after?: string;
}

/** OpenZeppelin's modifiers. The steps of nonReentrant are private there: LOCK has them. */
const GUARDS: Readonly<Record<string, Guard>> = {
  onlyRole: { before: (argument) => `_checkRole(${argument});` },
  whenNotPaused: { before: () => "_requireNotPaused();" },
  nonReentrant: { before: () => "lock();", after: "unlock();" },
};

/** ReentrancyGuard's steps, on its slot. */
const LOCK = `
error ReentrancyGuardReentrantCall();
uint256 constant GUARD_SLOT = 0x9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00;
function lock() {
    uint256 status;
    assembly { status := sload(GUARD_SLOT) }
    if (status == 2) revert ReentrancyGuardReentrantCall();
    assembly { sstore(GUARD_SLOT, 2) }
}
function unlock() {
    assembly { sstore(GUARD_SLOT, 1) }
}
`;

/** Something to be put around a range, or in its place. */
interface Wrap extends Range {
  readonly around: (inner: string) => string;
}

/**
 * A source that holds all its mutants at once and asks which of them is switched on: compiled one time instead of
 * hundreds. `numbers` are the mutants' own. Nothing in it is `pure` any more, for the switch is read from the block.
 */
export function instrument(source: string, ast: AstNode, mutants: ReadonlyMap<Mutant, number>): string {
  const nodes = [...everyNode(ast)];
  const constants = nodes.filter(({ constant, value }) => constant && holdsMutant(value, mutants));
  const castOf = (node: AstNode) => castFor(node, nodes, constants, source);
  const wraps = constants.flatMap((constant) => functionFor(constant, source));
  for (const [mutant, number] of mutants) wraps.push(...wrapsFor(mutant, number, nodes, source, castOf));
  let switched = render(source, { start: 0, end: source.length }, sortOutside(wraps));
  for (const { name } of constants) {
    // By name and not by node: a mutant's replacement names constants too.
    switched = switched.replaceAll(new RegExp(`(?<!function )\\b${name}\\b`, "g"), `${name}()`);
  }
  const isLocked = [...mutants.keys()].some((mutant) => textOf(mutant.node, source) === "nonReentrant");
  return switched.replaceAll(/\bpure\b/g, "view") + SWITCH + (isLocked ? LOCK : "");
}

function* everyNode(node: AstNode): Generator<AstNode> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

const contains = (outer: Range, inner: Range) => outer.start <= inner.start && inner.end <= outer.end;

function holdsMutant(value: unknown, mutants: ReadonlyMap<Mutant, number>): boolean {
  const range = rangeOf(value as AstNode);
  return [...mutants.keys()].some(({ node }) => contains(range, rangeOf(node)));
}

/** A constant has to be known to the compiler; a function of the same name has not. */
function functionFor(constant: AstNode, source: string): Wrap[] {
  const declaration = rangeOf(constant);
  const value = rangeOf(constant.value as AstNode);
  const type = textOf(constant.typeName as AstNode, source);
  const head = `function ${constant.name}() ${constant.visibility} view returns (${type}) { return `;
  return [
    { start: declaration.start, end: value.start, around: () => head },
    { start: value.end, end: declaration.end + 1, around: () => "; }" },
  ];
}

/** What a bare number has to be turned into where its type would otherwise be the smallest that holds it. */
function castFor(
  node: AstNode,
  nodes: readonly AstNode[],
  constants: readonly AstNode[],
  source: string,
): string {
  if (node.nodeType !== "Literal") return "";
  const constant = constants.find(({ value }) => contains(rangeOf(value as AstNode), rangeOf(node)));
  if (constant) return textOf(constant.typeName as AstNode, source);
  const conversion = nodes.find(
    (outer) => outer.kind === "typeConversion" && childrenOf(outer).includes(node),
  );
  return conversion?.typeDescriptions?.typeString === "address" ? "uint160" : "";
}

function wrapsFor(
  { node, replacement, operator }: Mutant,
  number: number,
  nodes: readonly AstNode[],
  source: string,
  castOf: (node: AstNode) => string,
): Wrap[] {
  if (node.nodeType === "ModifierInvocation") return guardFor(node, number, nodes, source);
  if (replacement !== undefined) {
    const cast = castOf(node);
    const other = `${cast}(${replacement})`;
    return [
      { ...rangeOf(node), around: (inner) => `(${ACTIVE} == ${number} ? ${other} : ${cast}(${inner}))` },
    ];
  }
  if (!operator.startsWith("leave out")) throw new Error(`no way to switch: ${operator}`);
  const { start, end } = rangeOf(node);
  const step = { start, end: source[end] === ";" ? end + 1 : end };
  return [{ ...step, around: (inner) => `if (${ACTIVE} != ${number}) { ${inner} }` }];
}

/** The modifier becomes the first step of the body, in the order of the modifiers. */
function guardFor(node: AstNode, number: number, nodes: readonly AstNode[], source: string): Wrap[] {
  const text = textOf(node, source);
  const [, name = "", argument = ""] = /^(\w+)(?:\((.*)\))?$/.exec(text) ?? [];
  const guard = GUARDS[name];
  const body = nodes.find(({ modifiers }) => modifiers?.includes(node))?.body;
  if (!guard || !body) throw new Error(`no guard is known for the modifier ${text}`);
  const start = rangeOf(body).start + 1;
  const end = rangeOf(body).end - 1;
  const step = (text: string) => ` if (${ACTIVE} != ${number}) { ${text} }`;
  const wraps: Wrap[] = [
    { ...rangeOf(node), around: () => "" },
    { start, end: start, around: (inner) => step(guard.before(argument)) + inner },
  ];
  // Where the body returns before its end, the tests fail without any mutant, which is noticed.
  if (guard.after !== undefined) {
    const after = step(guard.after);
    wraps.push({ start: end, end, around: (inner) => inner + after });
  }
  return wraps;
}

const textOf = (node: AstNode, source: string) => source.slice(rangeOf(node).start, rangeOf(node).end);

/** Outer ranges before inner ones; of equal ones, the first stays outside. */
function sortOutside(wraps: readonly Wrap[]): Wrap[] {
  return wraps.toSorted((a, b) => a.start - b.start || b.end - a.end);
}

/** The text of a range with its wraps around their parts. `wraps` all lie within and are sorted. */
function render(source: string, range: Range, wraps: readonly Wrap[]): string {
  let text = "";
  let position = range.start;
  for (let next = 0; next < wraps.length; ) {
    const wrap = wraps[next] as Wrap;
    let last = next + 1;
    while (
      last < wraps.length &&
      contains(wrap, wraps[last] as Wrap) &&
      !isBeside(wrap, wraps[last] as Wrap)
    ) {
      last++;
    }
    text +=
      source.slice(position, wrap.start) + wrap.around(render(source, wrap, wraps.slice(next + 1, last)));
    position = wrap.end;
    next = last;
  }
  return text + source.slice(position, range.end);
}

/** Two insertions at one place follow each other; neither holds the other. */
const isBeside = (first: Range, second: Range) => first.start === first.end && second.start === second.end;
