import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { SessionError } from "./errors.ts";
import { type SessionWork, sessionWork } from "./session-work.ts";
import { type Answer, resultOf } from "./worker-answer.ts";

type ResultOf<Name extends keyof SessionWork> = Awaited<ReturnType<SessionWork[Name]>>;

export interface SessionWorkersOptions {
  /** Pieces of work that run at a time. With one, everything runs in the calling thread. */
  readonly threads: number;
  /** Path of what each thread runs. @default session-worker.ts beside this file */
  readonly script?: string;
}

/** A request to a thread, which replies with an `Answer`. */
export interface WorkerQuestion {
  readonly name: keyof SessionWork;
  readonly work: unknown;
}

interface Task {
  readonly question: WorkerQuestion;
  readonly resolve: (answer: Answer<never>) => void;
  readonly reject: (error: SessionError) => void;
}

const SCRIPT = join(import.meta.dirname, "session-worker.ts");

/**
 * Runs the computations of sessions, several at a time, each in a worker thread. With threads, all buffers must be
 * shared ones (`sharedBuffer`), so that keys and plaintext are not copied to another thread.
 *
 * The threads start at once, and end with `close()`. When one of them fails, all further requests are rejected: a thread
 * ends early because of a bug or for lack of memory, and another one would too.
 */
export class SessionWorkers implements AsyncDisposable {
  readonly threads: number;
  private readonly workers: readonly Worker[];
  private readonly idle: Worker[];
  private readonly active = new Map<Worker, Task>();
  private readonly waiting: Task[] = [];
  private failure: SessionError | undefined;

  constructor({ threads, script = SCRIPT }: SessionWorkersOptions) {
    this.threads = threads;
    this.workers = threads === 1 ? [] : Array.from({ length: threads }, () => this.start(script));
    this.idle = [...this.workers];
  }

  /**
   * @throws {SessionError} whatever the work throws; SESSION_WORKER_FAILED where a thread ended or failed
   */
  async run<Name extends keyof SessionWork>(
    name: Name,
    work: Parameters<SessionWork[Name]>[0],
  ): Promise<ResultOf<Name>> {
    if (this.threads === 1) {
      return await (sessionWork[name] as (input: typeof work) => ResultOf<Name> | Promise<ResultOf<Name>>)(
        work,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer<ResultOf<Name>>>();
    this.waiting.push({ question: { name, work }, resolve, reject });
    this.handOut();
    return resultOf(await promise);
  }

  /** Ends the threads; pending requests are rejected. */
  async close(): Promise<void> {
    this.fail("the work was ended");
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private start(script: string): Worker {
    // Node runs TypeScript by itself; the flags of the main thread (loaders, inspectors) are not passed on.
    const worker = new Worker(script, { execArgv: [] });
    worker.on("message", (answer: Answer<never>) => {
      this.active.get(worker)?.resolve(answer);
      this.active.delete(worker);
      this.idle.push(worker);
      this.handOut();
    });
    worker.on("error", (error) => this.fail(error.message, error));
    worker.on("exit", (exitCode) => this.fail(`it ended with exit code ${exitCode}`));
    return worker;
  }

  private handOut(): void {
    if (this.failure !== undefined) {
      for (const task of [...this.waiting.splice(0), ...this.active.values()]) task.reject(this.failure);
      this.active.clear();
      return;
    }
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const [worker, task] = [this.idle.pop() as Worker, this.waiting.shift() as Task];
      this.active.set(worker, task);
      worker.postMessage(task.question);
    }
  }

  private fail(reason: string, cause?: unknown): void {
    this.failure ??= new SessionError({ code: "SESSION_WORKER_FAILED", reason }, { cause });
    this.handOut();
  }
}
