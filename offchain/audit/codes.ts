/** Everything that an audit can find, grouped by what is checked. */
export const AUDIT_CODES = [
  // Sessions and their chunks
  /**
   * The chain registered another content under the session's id than the store has: the document was changed.
   */
  "SESSION_CONTENT_DIFFERS",
  /** The owner did not sign the session as the store has it. */
  "SESSION_SIGNATURE_WRONG",
  /** It is entered as anchored, and LucidAnchors knows neither its commitment nor its tree. */
  "SESSION_ABSENT_FROM_CHAIN",
  /** A transaction of this store registered it, and the store does not have it. */
  "SESSION_MISSING",
  /** The time of registration is not the contract's. */
  "SESSION_TIME_DIFFERS",
  /** Transaction or block are not those of the session's event. */
  "SESSION_TRANSACTION_DIFFERS",
  /** The path does not lead from the session to its tree's root. */
  "SESSION_TREE_PATH_WRONG",
  /** Its files in `LUCID_DATA_DIR` do not fit the manifest, or the manifest is another one. */
  "SESSION_FILES_DIFFER",
  /** The store has fewer or more chunks than the session. */
  "CHUNK_MISSING",
  /** The chunks do not come to the session's Merkle root. */
  "CHUNK_CONTENT_DIFFERS",
  /** The chunks do not add up to the session's size. */
  "CHUNK_SIZES_DIFFER",
  /**
   * The status is not the contract's. After an update that was interrupted, `chunk store` or `chunk update`
   * enters it.
   */
  "CHUNK_STATUS_DIFFERS",
  /** The copy of a ChunkStored event is not the event. */
  "RECORDED_CHUNK_DIFFERS",
  /** The copy has a chunk that no event recorded. */
  "RECORDED_CHUNK_INVENTED",
  // Registrations
  /** A registration was not signed by its account, or not by its pool, or was changed. Nodes ignore it. */
  "REGISTRATION_SIGNATURE_WRONG",
  // Inputs of a slot
  /** A slot's inputs were never closed, although later slots were decided. */
  "TALLY_MISSING",
  /** The record is not signed by the closer that it names. */
  "TALLY_SIGNATURE_WRONG",
  /** The record's parts are missing, or do not have the root that its head names. */
  "TALLY_PARTS_DAMAGED",
  /** The record holds what no valid proof in the store supports. */
  "TALLY_UNSUPPORTED",
  /** The inputs were closed while proofs still counted. */
  "TALLY_CLOSED_EARLY",
  /** A valid proof that was stamped in time is not in the record. */
  "PROOF_LEFT_OUT",
  /** Something is stamped before what it rests on. */
  "STAMP_RUNS_BACK",
  // Who leads
  /** A slot was skipped. */
  "DECISION_MISSING",
  /** The hash is not that of the transcript. */
  "DECISION_HASH_WRONG",
  /** The transcript names another seed, window, other winners or counts than the record gives. */
  "DECISION_INPUT_DIFFERS",
  /** A candidate may not lead: in cooldown, not admitted, without credits, or below D_MIN. */
  "DECISION_LEADER_INELIGIBLE",
  /** From the same inputs, another candidate comes at this place. */
  "DECISION_LEADER_WRONG",
  /** The same candidates, but another figure or reason. */
  "DECISION_TRANSCRIPT_DIFFERS",
  // How a slot ended
  /** The slot was neither taken nor settled, although later slots were decided. */
  "RESULT_MISSING",
  /** Whoever took the slot was not among its candidates. */
  "RESULT_WINNER_NOT_CANDIDATE",
  /** It was taken before or after its candidate's time. */
  "RESULT_OUTSIDE_WINDOW",
  /** It was not won, or missed, for the reason that is entered. */
  "RESULT_REASON_WRONG",
  /** It was entered as missed while a candidate could still take it. */
  "RESULT_MISSED_EARLY",
  // Its block
  /** A slot that nobody won has a block. */
  "BLOCK_WITHOUT_WINNER",
  /** The block was written after its deadline, by the store's stamp. */
  "BLOCK_LATE",
  /** The hash is not that of the body. */
  "BLOCK_HASH_DIFFERS",
  /** The body is not a block record, or not canonical. */
  "BLOCK_BODY_INVALID",
  /** The block names another one before it than the store has. */
  "BLOCK_LINK_BROKEN",
  /** Slot, winner, reason or transcript are not those of the slot. */
  "BLOCK_FIELD_DIFFERS",
  /** It was not signed by the signer that it names. */
  "BLOCK_SIGNER_DIFFERS",
  /** The signer does not act for the winner, or is not admitted. */
  "BLOCK_SIGNER_NOT_WINNER",
  /** It lists more sessions than a block may. */
  "BLOCK_SESSIONS_TOO_MANY",
  /** It lists a session twice. */
  "BLOCK_SESSION_TWICE",
  /** It lists sessions without a transaction, or names one without sessions. */
  "BLOCK_TRANSACTION_UNFIT",
  /** The chain does not have its transaction, nor another attempt of it. */
  "BLOCK_TRANSACTION_ABSENT",
  /** Its transaction reverted. */
  "BLOCK_TRANSACTION_FAILED",
  /** It lists a session that the store does not have, or another content of it. */
  "BLOCK_SESSION_UNKNOWN",
  /** It lists a session that the chain does not have. */
  "BLOCK_SESSION_NOT_ON_CHAIN",
  /** Its transaction registered a session that it does not list. */
  "BLOCK_SESSION_SECRET",
  /** An older session was queued in time and not published, although a newer one was, or there was room. */
  "BLOCK_SESSION_OVERLOOKED",
  /** A node registered sessions in a slot that its entity did not win. */
  "ANCHOR_NOT_BY_WINNER",
  // Epochs
  /** An epoch's tally lacks an entity, or there is none. */
  "WORK_TALLY_MISSING",
  /** A row has other credits, another live score or rank than the slots come to. */
  "WORK_TALLY_DIFFERS",
  /** A row is of an entity that had neither credits nor beacons. */
  "WORK_TALLY_INVENTED",
  /** More nodes attested another root than the one that the epoch comes to. */
  "EPOCH_ROOT_OUTVOTED",
  /** Nobody attested the epoch within an hour of its end. */
  "EPOCH_NOT_ATTESTED",
  /** A node attested another root. */
  "ATTESTATION_DIFFERS",
  /** The copy of an attestation is not what the chain has. */
  "ATTESTATION_COPY_DIFFERS",
  // Transactions
  /** The document does not say what its signed bytes say. */
  "TRANSACTION_BYTES_DIFFER",
  /** It is entered as mined, and the chain does not have it. */
  "TRANSACTION_ABSENT",
  /** It ended otherwise than entered. */
  "TRANSACTION_OUTCOME_DIFFERS",
  /** It is in another block than entered. */
  "TRANSACTION_BLOCK_DIFFERS",
  /** Gas or price are not those of the receipt. */
  "TRANSACTION_GAS_DIFFERS",
  // Statements and payouts
  /** Payouts of a month are in the store, and its statement is not here. */
  "STATEMENT_ABSENT",
  /** The file is not a statement, or its rows, totals or root do not follow from each other. */
  "STATEMENT_DAMAGED",
  /** It lacks a valid signature of planner or approver. */
  "STATEMENT_SIGNATURE_WRONG",
  /** It names another statement before it. */
  "STATEMENT_CHAIN_BROKEN",
  /** It rests on another root of an epoch than the store and the attestations have. */
  "STATEMENT_EPOCH_DIFFERS",
  /** An entity is planned more or less than its credits bring; or a share returned that may not. */
  "STATEMENT_SHARE_DIFFERS",
  /**
   * An entity is planned to be paid at another address than the one in use, e.g. one changed within 72 hours.
   */
  "STATEMENT_ADDRESS_DIFFERS",
  /** It cannot be computed again in another way; `found` says how. */
  "STATEMENT_DIFFERS",
  /** A row of an approved statement was not entered. */
  "PAYOUT_MISSING",
  /** A payout is in no statement. */
  "PAYOUT_UNPLANNED",
  /** A payout has another amount, payee, router, proof or signature than its row. */
  "PAYOUT_DIFFERS",
  /** A payout's proof does not lead to the root that it names. */
  "PAYOUT_PROOF_WRONG",
  /** A single payment's statement is not signed by planner and approver. */
  "PAYOUT_SIGNATURE_WRONG",
  // What TRON shows
  /** It is entered as confirmed, and no router paid it. */
  "PAYMENT_ABSENT",
  /** A payout was paid more than once. */
  "PAYMENT_TWICE",
  /** The router paid another amount. */
  "PAYMENT_AMOUNT_DIFFERS",
  /** Another router paid it than the one that it was planned for. */
  "PAYMENT_ROUTER_DIFFERS",
  /** The router paid somebody else. */
  "PAYMENT_PAYEE_DIFFERS",
  /** The payee was on the token's blacklist. */
  "PAYMENT_PAYEE_BLACKLISTED",
  /** A router paid what neither a statement nor a request in the store has. */
  "PAYMENT_UNPLANNED",
  /** It was paid, and the store says otherwise, or names another transaction. */
  "PAYMENT_NOT_ENTERED",
  /** The router says that it paid, and the token did not move so. */
  "PAYMENT_WITHOUT_TRANSFER",
  /** The token left the treasury without a payment. */
  "TRANSFER_UNEXPLAINED",
  /** A router opened a statement that is neither a month's nor a request's. */
  "STATEMENT_UNKNOWN",
] as const;

export type AuditCode = (typeof AUDIT_CODES)[number];
