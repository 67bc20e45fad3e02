import type { LucidError } from "../../errors.ts";
import { SessionError } from "../../sessions/errors.ts";
import { AnchoringError } from "../errors.ts";
import { anchoringDisagreement } from "./anchoring-disagreement.ts";
import type { Disagreement, Finding, FindingPlace } from "./finding.ts";
import { sessionDisagreement } from "./session-disagreement.ts";

/**
 * Converts an error of a check to plain data.
 *
 * @param known what the check knows about the place; the error may add to it
 */
export function findingOf<Subject extends string>(
  subject: Subject,
  error: LucidError,
  known: FindingPlace,
): Finding<Subject> {
  const { code, ...values } = error.details;
  const { place, ...pair } = disagreementOf(error);
  const details = withoutUndefined(values);
  return { subject, code, message: error.message, place: { ...known, ...place }, ...pair, details };
}

function disagreementOf(error: LucidError): Disagreement {
  if (error instanceof SessionError) return sessionDisagreement(error.details);
  if (error instanceof AnchoringError) return anchoringDisagreement(error.details);
  return { place: {} };
}

/** JSON leaves out what is undefined, at every level. */
function withoutUndefined(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, isPlainObject(value) ? withoutUndefined(value) : value]),
  );
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
