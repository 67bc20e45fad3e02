import { SessionError, type SessionErrorDetails } from "./errors.ts";

/**
 * What a worker thread sends back: a result, or the details of an error. An error that crosses threads loses its class,
 * but not its details.
 */
export type Answer<Result> =
  | { readonly result: Result }
  | { readonly refusal: SessionErrorDetails; readonly cause: unknown };

/** Computes and answers. Anything but a SessionError is a bug, and is thrown on. */
export async function answerOf<Result>(compute: () => Result | Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await compute() };
  } catch (error) {
    if (error instanceof SessionError) return { refusal: error.details, cause: error.cause };
    throw error;
  }
}

/** @throws {SessionError} that the other thread met */
export function resultOf<Result>(answer: Answer<Result>): Result {
  if ("result" in answer) return answer.result;
  throw new SessionError(answer.refusal, { cause: answer.cause });
}
