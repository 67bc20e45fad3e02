import { join } from "node:path";
import workerpool, { type Pool } from "workerpool";
import { type Answer, resultOf } from "./chunk-answer.ts";
import { type ChunkWork, chunkWork } from "./chunk-work.ts";
import { SessionError } from "./errors.ts";

export interface ChunkWorkersOptions {
  /** Chunks that are computed at a time. With one, everything is computed in the calling thread. */
  readonly threads: number;
  /** Path of what each thread runs. @default chunk-worker.ts beside this file */
  readonly script?: string;
}

const SCRIPT = join(import.meta.dirname, "chunk-worker.ts");

/**
 * Computes chunks, several at a time, each in a worker thread. The buffers that it is given have to be shared ones
 * where there are threads (`sharedBuffer`): then keys and plaintext are copied to no other thread.
 *
 * The threads start at once, and end with `close()`. They keep the process alive until then.
 */
export class ChunkWorkers implements AsyncDisposable {
  readonly threads: number;
  private readonly pool: Pool | undefined;

  constructor({ threads, script = SCRIPT }: ChunkWorkersOptions) {
    this.threads = threads;
    if (threads === 1) return;
    this.pool = workerpool.pool(script, {
      ...{ workerType: "thread", minWorkers: threads, maxWorkers: threads },
      // Node runs TypeScript by itself; what the main thread was started with (loaders, inspectors) is not theirs.
      workerThreadOpts: { execArgv: [] },
    });
  }

  /**
   * @throws {SessionError} whatever the work throws; SESSION_WORKER_FAILED where its thread ended or failed
   */
  async run<Name extends keyof ChunkWork>(
    name: Name,
    work: Parameters<ChunkWork[Name]>[0],
  ): Promise<ReturnType<ChunkWork[Name]>> {
    const compute = chunkWork[name] as (input: typeof work) => ReturnType<ChunkWork[Name]>;
    if (this.pool === undefined) return compute(work);
    let answer: Answer<ReturnType<ChunkWork[Name]>>;
    try {
      answer = await this.pool.exec(name, [work]);
    } catch (cause) {
      const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
      throw new SessionError({ code: "SESSION_WORKER_FAILED", reason }, { cause });
    }
    return resultOf(answer);
  }

  /** Ends the threads; whoever waits for one of them is refused. */
  async close(): Promise<void> {
    await this.pool?.terminate(true);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
