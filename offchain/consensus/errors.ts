import { LucidError } from "../errors.ts";

/** What goes wrong in consensus, besides proofs that are refused: those have reasons, not errors. */
export type ConsensusErrorDetails =
  | {
      readonly code: "MESSAGE_FIELD_INVALID";
      readonly message: string;
      readonly field: string;
      /** The EIP-712 type that the value does not fit. */
      readonly type: string;
    }
  | {
      readonly code: "EVIDENCE_MISPLACED";
      readonly proof: string;
      readonly expectedIndex: number;
      readonly givenIndex: number | undefined;
    }
  | { readonly code: "PROOF_WORKER_FAILED"; readonly reason: string };

export class ConsensusError extends LucidError<ConsensusErrorDetails> {
  constructor(details: ConsensusErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: ConsensusErrorDetails): string {
  switch (details.code) {
    case "MESSAGE_FIELD_INVALID":
      return `Field ${details.field} of the message ${details.message} does not fit its type ${details.type}, so there is no digest that could be signed. Correct the value.`;
    case "EVIDENCE_MISPLACED":
      return `Proof ${details.proof} answers the challenge for chunk ${details.expectedIndex} of the corpus, but was to be checked against ${details.givenIndex === undefined ? "none" : `chunk ${details.givenIndex}`}. The proof was not judged; look up the chunk at the challenge's place.`;
    case "PROOF_WORKER_FAILED":
      return `A thread that verified proofs ended early: ${details.reason}. None of its proofs was judged. Verify them again; if the machine is short of memory, free some first.`;
  }
}
