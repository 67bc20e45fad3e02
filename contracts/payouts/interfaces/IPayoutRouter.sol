// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IPayoutRouter
/// @author Lucid
/// @notice Pays the rows of statements out of a treasury. A statement is what a planner and an approver signed: a Merkle
/// root over its rows, and the total that may be paid of them here. The router never holds money itself.
/// @dev A row's leaf is `keccak256(bytes.concat(keccak256(abi.encode(router, payoutId, sessionId, to, amount))))`, in a tree
/// of OpenZeppelin's form over the rows in the order of the statement: pairs sorted, leaves not. The leaf names its router,
/// so that no row passes through another one. Amounts are in the token's smallest unit; USDT's is 10^-6.
///
/// A payment counts where the payee's balance grew by exactly the amount and the treasury's fell by it. What the token
/// returns proves nothing: Tether's returns false from transfers that succeed. A token that takes a fee pays less than
/// the amount, and such a row is refused.
///
/// In a batch each row is paid in a call of its own, with {ROW_GAS}: a row that fails leaves a PaymentRefused and nothing
/// else, and the others are paid. Where the gas that is left does not suffice for that, the whole batch reverts, so that
/// a row is never refused because its sender was sparing. Rows of a batch share one multiproof, which holds or not as a
/// whole: with a row that is not in the statement the whole batch reverts.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **A planner and an approver together** decide who is paid how much. Either of them alone can do nothing, and an account
///   that holds both roles counts as neither. Together they are bound by the limits, the allowance and the ledger.
/// - **Holders of DISBURSER_ROLE** choose which rows are paid when. A stolen disburser's key can pay rows early or not at
///   all; it can pay nobody else, no other amount, and nothing twice.
/// - **The admin** (DEFAULT_ADMIN_ROLE) grants and revokes roles, sets the limits and unpauses. A dishonest one can appoint a
///   planner and an approver of its own, and pay what the treasury allows. The allowance should therefore be no more than
///   what is due, and the admin be neither a node nor a planner nor an approver.
/// - **Holders of PAUSER_ROLE** can stop payments, not resume them.
/// - **The treasury** allows the router to draw. Revoking the allowance stops every payment.
/// - **The ledger** says what was paid. A dishonest one would let payouts be paid twice, up to the statement's total.
/// - **The token** is trusted to report balances. Calls from it back into the router are refused.
/// - **Block producers** set `block.timestamp` within seconds, which moves the end of a day and of an approval by as much.
interface IPayoutRouter {
    /// @notice What has become of a statement. It is opened once, and stays closed once it was closed.
    enum StatementState {
        Unknown,
        Open,
        Closed
    }

    /// @notice A row of a statement.
    /// @param payoutId What it is known by in the ledger.
    /// @param sessionId The session that it pays for; zero where there is none.
    /// @param to The payee.
    /// @param amount In the token's smallest unit.
    struct Payment {
        bytes32 payoutId;
        bytes32 sessionId;
        address to;
        uint256 amount;
    }

    /// @notice A statement was opened: its rows can be paid.
    /// @param root Root over its rows.
    /// @param period Its period, e.g. 202611; one statement can be open in a period.
    /// @param total The most that this router pays of it.
    /// @param planner Who signed as a planner.
    /// @param approver Who signed as an approver.
    event StatementOpened(
        bytes32 indexed root,
        uint64 indexed period,
        uint256 total,
        address planner,
        address approver
    );

    /// @notice A statement was closed for good: nothing more of it is paid.
    /// @param root Root over its rows.
    /// @param period Its period, in which another statement can be opened now.
    /// @param paid What was paid of it.
    /// @param planner Who signed as a planner.
    /// @param approver Who signed as an approver.
    event StatementClosed(
        bytes32 indexed root,
        uint64 indexed period,
        uint256 paid,
        address planner,
        address approver
    );

    /// @notice A row was paid: the payee received the amount, and the ledger knows it.
    /// @param payoutId The payout.
    /// @param sessionId The session that it pays for; zero where there is none.
    /// @param to The payee.
    /// @param amount What the payee received.
    event Paid(bytes32 indexed payoutId, bytes32 indexed sessionId, address indexed to, uint256 amount);

    /// @notice A row of a batch was not paid, and can be tried again.
    /// @param payoutId The payout.
    /// @param reason One of the errors of this interface, of {IPayoutRouterKYC} or of {IPayoutLedger}, encoded as a revert
    /// would be; at most {MAX_REASON} bytes. Empty where the row took more than {ROW_GAS}.
    event PaymentRefused(bytes32 indexed payoutId, bytes reason);

    /// @notice The admin set the limits.
    /// @param perPayment The most that one payment may be.
    /// @param perDay The most that may be paid on one UTC day.
    event LimitsSet(uint256 perPayment, uint256 perDay);

    /// @notice The admin must not be zero: nobody could ever grant a role.
    error ZeroAdmin();

    /// @notice The treasury must not be zero.
    error ZeroTreasury();

    /// @notice What is at this address does not report balances.
    /// @param token The address, as given.
    error NotToken(address token);

    /// @notice What is at this address does not know the role that routers need on a ledger.
    /// @param ledger The address, as given.
    error NotLedger(address ledger);

    /// @notice A statement needs a root, and a total to be paid.
    /// @param root The root, as given.
    /// @param total The total, as given.
    error InvalidStatement(bytes32 root, uint256 total);

    /// @notice A root is opened once, for one period: opened again, its total could be paid again.
    /// @param root The root.
    /// @param period The period that it was opened for.
    /// @param state Open or Closed.
    error StatementExists(bytes32 root, uint64 period, StatementState state);

    /// @notice Another statement is open in the period. It has to be closed first.
    /// @param period The period.
    /// @param openRoot Root of the statement that is open.
    error PeriodHasStatement(uint64 period, bytes32 openRoot);

    /// @notice The statement is not open: it was never opened, not for this period, or is closed.
    /// @param root The root, as given.
    /// @param state What it is instead. Open where it is open for another period.
    error StatementNotOpen(bytes32 root, StatementState state);

    /// @notice The proof does not lead from the rows to the root, or a row is not for this router.
    /// @param root The root.
    error RowsNotInStatement(bytes32 root);

    /// @notice A batch has at least one row.
    error EmptyBatch();

    /// @notice The gas that is left does not suffice for the next row of the batch. Send the batch again, with more.
    /// @param row The row's place in the batch.
    /// @param available What was left.
    /// @param needed What the row needs at that point.
    error InsufficientGas(uint256 row, uint256 available, uint256 needed);

    /// @notice Only the router itself calls this.
    /// @param caller Who called.
    error OnlySelf(address caller);

    /// @notice A row pays something.
    /// @param payoutId The payout.
    error ZeroAmount(bytes32 payoutId);

    /// @notice Zero, the treasury and the router are not payees.
    /// @param payoutId The payout.
    /// @param to The payee, as given.
    error InvalidPayee(bytes32 payoutId, address to);

    /// @notice The payment is above the limit per payment.
    /// @param payoutId The payout.
    /// @param amount Its amount.
    /// @param limit The limit.
    error PaymentAboveLimit(bytes32 payoutId, uint256 amount, uint256 limit);

    /// @notice The payment is above what is left of the day's limit. It can be paid on another day.
    /// @param payoutId The payout.
    /// @param amount Its amount.
    /// @param left What may still be paid today.
    error DayAboveLimit(bytes32 payoutId, uint256 amount, uint256 left);

    /// @notice The payment is above what is left of the statement's total.
    /// @param payoutId The payout.
    /// @param amount Its amount.
    /// @param left What may still be paid of the statement.
    error StatementAboveTotal(bytes32 payoutId, uint256 amount, uint256 left);

    /// @notice The token refused the transfer.
    /// @param reason What it reverted with; the first 256 bytes. Tether's gives no reason.
    error TransferFailed(bytes reason);

    /// @notice The token did something else than moving the amount from the treasury to the payee, e.g. it took a fee.
    /// @param amount What was to be moved.
    /// @param payeeBefore The payee's balance before.
    /// @param payeeAfter The payee's balance afterwards.
    /// @param treasuryBefore The treasury's balance before.
    /// @param treasuryAfter The treasury's balance afterwards.
    error InexactTransfer(
        uint256 amount,
        uint256 payeeBefore,
        uint256 payeeAfter,
        uint256 treasuryBefore,
        uint256 treasuryAfter
    );

    /// @notice Opens a statement. Anybody may send it: the signatures count.
    /// @dev Both sign `Statement(uint64 period,bytes32 root,uint256 total)` in the domain of this router. Reverts with
    /// {InvalidStatement}, {StatementExists}, {PeriodHasStatement}, with {IDualControl}'s errors, and with ECDSA's where a
    /// signature is malformed. Works while paused; nothing is paid then.
    /// @param root Root over the statement's rows.
    /// @param total The sum of those of its rows that are for this router.
    /// @param period The period, e.g. 202611.
    /// @param plannerSignature By a holder of PLANNER_ROLE.
    /// @param approverSignature By a holder of APPROVER_ROLE.
    function openStatement(
        bytes32 root,
        uint256 total,
        uint64 period,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external;

    /// @notice Closes the open statement of a period for good. Anybody may send it: the signatures count.
    /// @dev Both sign `StatementClosing(uint64 period,bytes32 root)` in the domain of this router. Reverts with
    /// {StatementNotOpen} and like {openStatement}. Works while paused.
    /// @param root Root over the statement's rows.
    /// @param period Its period.
    /// @param plannerSignature By a holder of PLANNER_ROLE.
    /// @param approverSignature By a holder of APPROVER_ROLE.
    function closeStatement(
        bytes32 root,
        uint64 period,
        bytes calldata plannerSignature,
        bytes calldata approverSignature
    ) external;

    /// @notice Pays a row of a batch. Only the router calls it, itself, so that a row that fails can be undone alone.
    /// @dev Reverts with {OnlySelf} for everybody else.
    /// @param payment The row.
    function payRow(Payment calldata payment) external;

    /// @notice Sets the limits. Both are zero at first, so nothing is paid before the admin has set them.
    /// @dev Needs DEFAULT_ADMIN_ROLE. What was paid today stays counted.
    /// @param perPayment The most that one payment may be.
    /// @param perDay The most that may be paid on one UTC day.
    function setLimits(uint256 perPayment, uint256 perDay) external;

    /// @notice Stops payments.
    /// @dev Needs PAUSER_ROLE.
    function pause() external;

    /// @notice Resumes payments.
    /// @dev Needs DEFAULT_ADMIN_ROLE.
    function unpause() external;

    /// @notice What is known of a statement.
    /// @param root Root over its rows.
    /// @return total The most that is paid of it; zero where it was never opened.
    /// @return paid What was paid of it.
    /// @return period Its period.
    /// @return state Whether it is open.
    function statementOf(
        bytes32 root
    ) external view returns (uint256 total, uint256 paid, uint64 period, StatementState state);

    /// @notice The statement that is open in a period.
    /// @param period The period.
    /// @return Its root; zero where none is open.
    function statementOfPeriod(uint64 period) external view returns (bytes32);

    /// @notice What was paid on this UTC day.
    /// @return The sum of today's payments.
    function paidToday() external view returns (uint256);

    /// @notice The most that one payment may be.
    /// @return The limit.
    function paymentLimit() external view returns (uint256);

    /// @notice The most that may be paid on one UTC day.
    /// @return The limit.
    function dayLimit() external view returns (uint256);
}
