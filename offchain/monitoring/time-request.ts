import type { TimedRequest } from "./latency-metrics.ts";

const MS_PER_SECOND = 1_000;

/**
 * Makes a request and tells how long it took, whether it was answered or failed.
 *
 * @param now a clock in milliseconds
 */
export async function timeRequest<Answer>(
  operation: string,
  request: () => Promise<Answer> | Answer,
  onRequest: (request: TimedRequest) => void,
  now: () => number,
): Promise<Answer> {
  const started = now();
  let hasFailed = true;
  try {
    const answer = await request();
    hasFailed = false;
    return answer;
  } finally {
    onRequest({ operation, seconds: (now() - started) / MS_PER_SECOND, hasFailed });
  }
}
