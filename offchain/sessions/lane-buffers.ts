import { sharedBuffer } from "./shared-buffer.ts";
import { wipeBuffer } from "./wipe-buffer.ts";

/** Shared memory is only freed by the garbage collector, so it is kept for the next session. */
const spare: Buffer[] = [];
/** Of one session at most. */
const SPARE_BUFFERS = 8;

/** The buffers of one session's lanes: for use by one thread, or shared by several. */
export class LaneBuffers {
  private readonly isShared: boolean;
  private readonly taken: Buffer[] = [];

  constructor({ threads }: { readonly threads: number }) {
    this.isShared = threads > 1;
  }

  take(bytes: number): Buffer {
    const buffer = this.isShared ? takeShared(bytes) : Buffer.allocUnsafeSlow(bytes);
    this.taken.push(buffer);
    return buffer;
  }

  /**
   * Wipes all of them. Called when no thread works with them any more; if that is uncertain, as after a failure, they
   * are not reused.
   */
  end({ isReusable }: { readonly isReusable: boolean }): void {
    for (const buffer of this.taken.splice(0)) {
      if (!this.isShared) wipeBuffer(buffer);
      else if (isReusable) spare.push(buffer.fill(0));
      else buffer.fill(0);
    }
    spare.splice(0, Math.max(0, spare.length - SPARE_BUFFERS));
  }
}

function takeShared(bytes: number): Buffer {
  const at = spare.findIndex(({ length }) => length === bytes);
  const [found] = at === -1 ? [] : spare.splice(at, 1);
  return found ?? sharedBuffer(bytes);
}
