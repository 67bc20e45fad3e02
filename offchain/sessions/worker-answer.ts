import { SessionError, type SessionErrorDetails } from "./errors.ts";

/**
 * What a worker thread sends back: a result, or the values of an error. An error that crosses from one thread to
 * another loses its class; its details do not.
 */
export type Answer<Result> =
  | { readonly result: Result }
  | { readonly refusal: SessionErrorDetails; readonly cause: unknown };

/** Computes and answers. Anything but a SessionError is a fault of the program and thrown on. */
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
