// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ILucidAnchors
/// @author Lucid
/// @notice A set of commitments to recorded sessions, each with a time: the session existed no later than that.
/// @dev A commitment is `keccak256(abi.encode(session))`. A slot belongs to a content, not to a session id, so
/// registering first takes nothing from anybody: two contents under one id are two commitments in two slots. The slot
/// holds the time, the event carries the data, and a verifier supplies the session. One `eth_call` tells since when a
/// session is known. Logs help to find sessions, but prove nothing: the block of an event is not the session's time
/// once the session was promoted, and a hostile contract can emit any event.
///
/// What this contract trusts, and what breaks if that trust fails:
/// - **Holders of REGISTRAR_ROLE** decide what is registered. A dishonest one can register a content that its owner
///   never signed, or leave a session out. It can neither change nor remove what is registered, nor keep anything else
///   from being registered. Readers therefore ask for the owner's signature over the session, which is kept off
///   chain: a registered session without a valid one is noise. Two contents under one id that the same owner signed
///   are equivocation by the owner; the times tell which came first.
/// - **The admin** (DEFAULT_ADMIN_ROLE) grants and revokes roles and pauses. A dishonest one can stop new entries, or
///   admit a dishonest registrar. It cannot rewrite history: a time only ever changes to an earlier one, and only by
///   a proof that a tree registered at that time holds the session.
/// - **Block producers** set `block.timestamp` within what the chain's rules allow, usually seconds: times are no
///   more precise than that.
/// - **keccak256** binds a session to its slot and a tree to its root. With collisions, one slot would verify two
///   sessions.
/// - **The sessionCount of a tree** is what its first registrar says, who need not be the one that built the tree. It
///   is not derived from the root, so nothing may be paid or decided on its word.
interface ILucidAnchors {
    /// @notice What is committed about a session. `abi.encode` of it is 192 bytes, in this order.
    /// @param sessionId The session's UUID, left-aligned.
    /// @param manifestHash keccak256 of the canonical manifest.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param owner Who vouches for the session with an EIP-712 signature.
    /// @param merkleRoot Root over the session's chunk leaves.
    /// @param chunkCount How many chunks the session has; every idx is below it.
    // Never in storage: the order is that of the commitment, and packing would gain nothing.
    // solhint-disable-next-line gas-struct-packing
    struct Session {
        bytes32 sessionId;
        bytes32 manifestHash;
        uint64 startedAt;
        address owner;
        bytes32 merkleRoot;
        uint32 chunkCount;
    }

    /// @notice A session got its own slot. The commitment is the hash of these fields in the order of {Session}.
    /// @param sessionId The session.
    /// @param owner Who vouches for it.
    /// @param manifestHash keccak256 of its canonical manifest.
    /// @param merkleRoot Root over its chunk leaves.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param chunkCount How many chunks it has.
    event SessionRegistered(
        bytes32 indexed sessionId,
        address indexed owner,
        bytes32 manifestHash,
        bytes32 merkleRoot,
        uint64 startedAt,
        uint32 chunkCount
    );

    /// @notice A session's time became that of a tree that holds it. Either it had no slot, and SessionRegistered comes
    /// first, or its slot had a later time.
    /// @param commitment The session's commitment.
    /// @param root The tree's root.
    /// @param registeredAt The session's time from now on, in Unix seconds.
    event SessionPromoted(bytes32 indexed commitment, bytes32 indexed root, uint64 registeredAt);

    /// @notice A tree of sessions was registered under its root.
    /// @param root Root over the sessions' leaves.
    /// @param sessionCount How many sessions its registrar says it holds.
    event SessionTreeRegistered(bytes32 indexed root, uint32 sessionCount);

    /// @notice The contract would have no admin.
    error ZeroAdmin();

    /// @notice The session could never be verified: its id, manifest hash, owner, root or chunk count is zero.
    /// @param sessionId The session, as offered.
    error InvalidSession(bytes32 sessionId);

    /// @notice The batch has no session.
    error EmptyBatch();

    /// @notice The batch has more sessions than a transaction may carry.
    /// @param length How many were offered.
    /// @param maximum How many are allowed.
    error BatchTooLarge(uint256 length, uint256 maximum);

    /// @notice The root or the count is zero, or the count exceeds what a tree may hold.
    /// @param root The root, as offered.
    /// @param sessionCount The count, as offered.
    error InvalidTree(bytes32 root, uint32 sessionCount);

    /// @notice No tree is registered under this root.
    /// @param root The root.
    error TreeNotRegistered(bytes32 root);

    /// @notice The proof does not lead from the session to the root.
    /// @param root The root.
    /// @param sessionId The session.
    error SessionNotInTree(bytes32 root, bytes32 sessionId);

    /// @notice Registers one session, with the time of this block. Does nothing where it is registered already, so a
    /// sender may repeat itself.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {InvalidSession}. The parameters are the fields of {Session}.
    /// @param sessionId The session's UUID, left-aligned.
    /// @param manifestHash keccak256 of the canonical manifest.
    /// @param startedAt When the recording began, in Unix seconds.
    /// @param owner Who vouches for the session.
    /// @param merkleRoot Root over the session's chunk leaves.
    /// @param chunkCount How many chunks the session has.
    function registerSession(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) external;

    /// @notice Registers up to 500 sessions, with the time of this block; skips those that are registered already.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {EmptyBatch}, {BatchTooLarge} and {InvalidSession}.
    /// @param sessions The sessions, in the order of their events.
    /// @return registered How many were not registered before.
    function registerSessions(Session[] calldata sessions) external returns (uint256 registered);

    /// @notice Registers up to 2^20 sessions by the root of a tree over them, with the time of this block. The same root
    /// again does nothing, whatever its count: the first count is kept, and everyone shares the first time.
    /// @dev Needs REGISTRAR_ROLE. Reverts with {InvalidTree}.
    /// @param root Root over the sessions' leaves.
    /// @param sessionCount How many sessions the tree holds.
    function registerSessionTree(bytes32 root, uint32 sessionCount) external;

    /// @notice Gives a session of a tree its own slot, with the tree's time. Where it already has a slot, the earlier of
    /// the two times is kept, so that doing it again does nothing. Open to anyone, because the root vouches for it.
    /// @dev Reverts with {TreeNotRegistered}, {SessionNotInTree} and {InvalidSession}; a field with bits above those of its
    /// type reverts without data.
    /// @param root Root of a registered tree.
    /// @param session The session.
    /// @param proof Merkle proof from the session's leaf to the root.
    function promoteSession(bytes32 root, Session calldata session, bytes32[] calldata proof) external;

    /// @notice Stops new entries, and changes nothing that is registered. Needs DEFAULT_ADMIN_ROLE.
    function pause() external;

    /// @notice Allows new entries again. Needs DEFAULT_ADMIN_ROLE.
    function unpause() external;

    /// @notice Since when a commitment is known.
    /// @param commitment `keccak256(abi.encode(session))`.
    /// @return The earliest time in Unix seconds; zero where it has no slot of its own.
    function registeredAt(bytes32 commitment) external view returns (uint64);

    /// @notice The same for many commitments: one question to a node instead of thousands. The gas that a node grants a
    /// call limits how many; each takes about 2,400.
    /// @param commitments As for `registeredAt`.
    /// @return times Their times, in the same order.
    function registeredAtBatch(bytes32[] calldata commitments) external view returns (uint64[] memory times);

    /// @notice What is registered about a tree.
    /// @param root The tree's root.
    /// @return sessionCount The count that its first registrar gave; zero where no such tree is registered.
    /// @return time When it was registered, in Unix seconds; zero where no such tree is registered.
    function treeOf(bytes32 root) external view returns (uint32 sessionCount, uint64 time);

    /// @notice Since when exactly this session is known, by its own slot. Never reverts: a session that could not be
    /// registered has no slot.
    /// @param session The session.
    /// @return The earliest time in Unix seconds; zero where it has no slot of its own.
    function verifySession(Session calldata session) external view returns (uint64);

    /// @notice Since when exactly this session is known, as part of a tree. What has a time here can be promoted.
    /// @param root The tree's root.
    /// @param session The session.
    /// @param proof Merkle proof from the session's leaf to the root.
    /// @return The tree's time in Unix seconds; zero where no such tree is registered, the proof does not lead to its root,
    /// or the session is not one that could be registered by itself.
    function verifySessionInTree(
        bytes32 root,
        Session calldata session,
        bytes32[] calldata proof
    ) external view returns (uint64);
}
