// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IPayoutRouter } from "./IPayoutRouter.sol";

/// @title IPayoutRouterV0
/// @author Lucid
/// @notice Pays rows whose payees need no compliance approval. See {IPayoutRouter}, also for what it trusts.
interface IPayoutRouterV0 is IPayoutRouter {
    /// @notice Pays one row, or reverts.
    /// @dev Needs DISBURSER_ROLE, and that the router is not paused. Reverts with the errors of {IPayoutRouter}, and with
    /// {IPayoutLedger.PayoutNotUnused} where the payout was paid or voided.
    /// @param root Root of an open statement.
    /// @param payment The row.
    /// @param proof Siblings from the row's leaf up to the root.
    function disburse(bytes32 root, Payment calldata payment, bytes32[] calldata proof) external;

    /// @notice Pays rows of one statement. Each is paid or refused by itself, with an event for either.
    /// @dev Needs DISBURSER_ROLE, and that the router is not paused. Reverts with {EmptyBatch}, {StatementNotOpen},
    /// {RowsNotInStatement} and {InsufficientGas}, and with MerkleProof's error where the proof is malformed.
    /// @param root Root of an open statement.
    /// @param payments The rows, in the order of the statement.
    /// @param proof Siblings that the rows do not have in common, as OpenZeppelin's multiproof has them.
    /// @param proofFlags For each step whether it takes a sibling from the proof.
    function disburseBatch(
        bytes32 root,
        Payment[] calldata payments,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external;
}
