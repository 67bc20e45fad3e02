import { type AstNode, type Range, rangeOf } from "./solidity-ast.ts";

/** Text to put in place of a range. */
export interface Change extends Range {
  readonly replacement: string;
  readonly operator: string;
}

/** What an operator is given: the node, and how to read source text. */
export interface Site {
  readonly node: AstNode;
  readonly textOf: (node: AstNode) => string;
}

type Operator = (site: Site) => Change[];

const SHIFTED: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const EXCHANGED: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "/",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "|",
  "+=": "-=",
  "<<=": ">>=",
  ">>=": "<<=",
};

const isEquality = ({ operator }: AstNode) => operator === "==" || operator === "!=";

function negation(node: AstNode, textOf: Site["textOf"], operator: string): Change[] {
  // An equality is exchanged by its own operator already, which comes to the same.
  if (node.nodeType === "BinaryOperation" && isEquality(node)) return [];
  return [{ ...rangeOf(node), replacement: `!(${textOf(node)})`, operator }];
}

/** Every condition and every operand of one. */
const negateConditions: Operator = ({ node, textOf }) => {
  const conditions: (AstNode | null | undefined)[] = [];
  if (["IfStatement", "Conditional", "WhileStatement", "ForStatement"].includes(node.nodeType)) {
    conditions.push(node.condition);
  }
  if (node.nodeType === "BinaryOperation" && (node.operator === "&&" || node.operator === "||")) {
    conditions.push(node.leftExpression, node.rightExpression);
  }
  return conditions.flatMap((condition) =>
    condition ? negation(condition, textOf, "negate the condition") : [],
  );
};

/** What a function answers by yes or no. */
const negateAnswers: Operator = ({ node, textOf }) => {
  const answer =
    node.nodeType === "Return"
      ? node.expression
      : node.nodeType === "Assignment"
        ? node.rightHandSide
        : undefined;
  return answer && answer.typeDescriptions?.typeString === "bool"
    ? negation(answer, textOf, "negate the answer")
    : [];
};

/** Bounds moved by one, and operators exchanged for their counterpart. */
const exchangeOperators: Operator = ({ node, textOf }) => {
  const [left, right] =
    node.nodeType === "BinaryOperation"
      ? [node.leftExpression, node.rightExpression]
      : [node.leftHandSide, node.rightHandSide];
  if (!left || !right || !["BinaryOperation", "Assignment"].includes(node.nodeType)) return [];
  const operator = node.operator as string;
  const other = SHIFTED[operator] ?? EXCHANGED[operator];
  if (other === undefined) return [];
  const name = operator in SHIFTED ? "shift the bound" : "exchange the operator";
  // Brackets of the operands lie outside their nodes, so only the operator between them is replaced.
  const between = { start: rangeOf(left).end, end: rangeOf(right).start };
  const whole = textOf(node);
  const offset = rangeOf(node).start;
  const text = whole.slice(between.start - offset, between.end - offset);
  return [
    { ...between, replacement: text.replace(operator, other), operator: `${name} ${operator} ${other}` },
  ];
};

/** Numbers one lower and one higher. */
const shiftNumbers: Operator = ({ node, textOf }) => {
  if (node.nodeType !== "Literal" || node.kind !== "number") return [];
  const text = textOf(node).replaceAll("_", "");
  const value = BigInt(text);
  const write = (number: bigint) =>
    text.startsWith("0x") ? `0x${number.toString(16).padStart(text.length - 2, "0")}` : `${number}`;
  return [value - 1n, value + 1n]
    .filter((number) => number >= 0n)
    .map((number) => ({ ...rangeOf(node), replacement: write(number), operator: "shift the number" }));
};

/** Guards, modifiers, writes, calls and events left out. */
const leaveOut: Operator = ({ node }) => {
  const range = rangeOf(node);
  if (node.nodeType === "ModifierInvocation") {
    return [{ ...range, replacement: "", operator: "leave out the modifier" }];
  }
  if (node.nodeType === "IfStatement" && !node.falseBody) {
    return [{ ...range, replacement: "{}", operator: "leave out the guarded step" }];
  }
  if (!["ExpressionStatement", "EmitStatement", "Continue"].includes(node.nodeType)) return [];
  return [{ ...range, replacement: "{}", operator: "leave out the step" }];
};

/** Counting the other way round. */
const countBackwards: Operator = ({ node, textOf }) => {
  if (node.nodeType !== "UnaryOperation" || node.operator !== "++") return [];
  return [{ ...rangeOf(node), replacement: textOf(node).replace("++", "--"), operator: "count backwards" }];
};

/** Every way in which a mutant differs from the source. */
export const OPERATORS: readonly Operator[] = [
  negateConditions,
  negateAnswers,
  exchangeOperators,
  shiftNumbers,
  leaveOut,
  countBackwards,
];
