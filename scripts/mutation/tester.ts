import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { type Answer, EXHAUSTED_EXIT_CODE, type Question } from "./questions.ts";

/** A worker in a scratch folder, given one request at a time; a new one replaces it if it fails. */
export class Tester {
  readonly #folder: string;
  #worker: ChildProcess;
  #errors = "";

  private constructor(folder: string) {
    this.#folder = folder;
    this.#worker = this.#fork();
  }

  /** Builds what is in the folder and is ready for questions. */
  static async start(folder: string): Promise<Tester> {
    const tester = new Tester(folder);
    await tester.#answer();
    return tester;
  }

  /** Whether the test file passes. What exhausts its worker does not. */
  async passes(question: Question): Promise<boolean> {
    this.#worker.send(question);
    const answer = await this.#answer();
    if (answer === "exhausted") {
      this.#worker = this.#fork();
      await this.#answer();
      return false;
    }
    if ("passed" in answer) return answer.passed;
    throw new Error(`a worker could not run ${question.testFile}: ${JSON.stringify(answer)}`);
  }

  stop(): void {
    this.#worker.kill();
  }

  #fork(): ChildProcess {
    const worker = fork(join(import.meta.dirname, "worker.ts"), [this.#folder], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    // The compiler warns of what the instrumentation does; it is of interest only where the worker fails.
    worker.stderr?.on("data", (text) => {
      this.#errors += text;
    });
    return worker;
  }

  #answer(): Promise<Answer | "exhausted"> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const onAnswer = (answer: Answer) => {
        worker.off("exit", onExit);
        resolve(answer);
      };
      const onExit = (code: number | null) => {
        worker.off("message", onAnswer);
        if (code === EXHAUSTED_EXIT_CODE) resolve("exhausted");
        else reject(new Error(`a worker has gone with ${code}:\n${this.#errors}`));
      };
      worker.once("message", onAnswer);
      worker.once("exit", onExit);
    });
  }
}
