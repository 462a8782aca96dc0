// Every refusal, with the number the real program gives for it. Two of its error lists start at
// 6000, so a number alone can mean two things: the log line names the one that was meant.
#pragma once

// nosana-programs programs/nosana-jobs/src/errors.rs. Missing here, because no code of theirs ever
// returns them: 6009 (another check for the same fault comes first), 6011, 6012 and 6015.
#define INVALID_MARKET_ACCOUNT 6000, "InvalidMarketAccount"
#define MARKET_IN_WRONG_STATE 6001, "MarketInWrongState"
#define NOT_IN_MARKET_QUEUE 6002, "NotInMarketQueue"
#define INVALID_JOB_ACCOUNT 6003, "InvalidJobAccount"
#define JOB_IN_WRONG_STATE 6004, "JobInWrongState"
#define JOB_NOT_EXPIRED 6005, "JobNotExpired"
#define JOB_RESULT_NULL 6006, "JobResultNull"
#define JOB_INVALID_PROJECT 6007, "JobInvalidProject"
#define JOB_TIMEOUT_NOT_GREATER 6008, "JobTimeoutNotGreater"
#define JOB_RESULTS_ALREADY_SET 6010, "JobResultsAlreadySet"
#define NODE_NOT_ENOUGH_STAKE 6013, "NodeNotEnoughStake"
#define NODE_ALREADY_QUEUED 6014, "NodeAlreadyQueued"
#define NODE_NFT_WRONG_OWNER 6016, "NodeNftWrongOwner"
#define NODE_NFT_INVALID_AMOUNT 6017, "NodeNftInvalidAmount"
#define NODE_KEY_INVALID_COLLECTION 6018, "NodeKeyInvalidCollection"

// nosana-programs common/src/errors.rs: NosanaError.
#define UNAUTHORIZED 6000, "Unauthorized"
#define INVALID_OWNER 6001, "InvalidOwner"
#define LAMPORTS_NON_NULL 6002, "LamportsNonNull"
#define MISSING_SIGNATURE 6003, "MissingSignature"
#define INVALID_ACCOUNT 6004, "InvalidAccount"
#define INVALID_MINT 6006, "InvalidMint"
#define INVALID_VAULT 6007, "InvalidVault"
#define INVALID_PAYER 6008, "InvalidPayer"
#define VAULT_EMPTY 6009, "VaultEmpty"
#define INVALID_ATA 6011, "InvalidATA"

// nosana-programs programs/nosana-staking/src/errors.rs: NosanaStakingError.
#define AMOUNT_NOT_ENOUGH 6000, "AmountNotEnough"
#define ALREADY_STAKED 6003, "AlreadyStaked"
#define ALREADY_UNSTAKED 6004, "AlreadyUnstaked"
#define NOT_UNSTAKED 6005, "NotUnstaked"
#define DURATION_TOO_SHORT 6007, "DurationTooShort"
#define DURATION_TOO_LONG 6008, "DurationTooLong"
#define HAS_REWARD 6011, "HasReward"
#define INVALID_STAKE_ACCOUNT 6012, "InvalidStakeAccount"

// anchor-lang error.rs: what the framework checks before a program's own rules.
#define INSTRUCTION_FALLBACK_NOT_FOUND 101, "InstructionFallbackNotFound"
#define INSTRUCTION_DID_NOT_DESERIALIZE 102, "InstructionDidNotDeserialize"
#define CONSTRAINT_MUT 2000, "ConstraintMut"
#define CONSTRAINT_SEEDS 2006, "ConstraintSeeds"
#define ACCOUNT_DISCRIMINATOR_NOT_FOUND 3001, "AccountDiscriminatorNotFound"
#define ACCOUNT_DISCRIMINATOR_MISMATCH 3002, "AccountDiscriminatorMismatch"
#define ACCOUNT_DID_NOT_DESERIALIZE 3003, "AccountDidNotDeserialize"
#define ACCOUNT_DID_NOT_SERIALIZE 3004, "AccountDidNotSerialize"
#define ACCOUNT_NOT_ENOUGH_KEYS 3005, "AccountNotEnoughKeys"
#define ACCOUNT_OWNED_BY_WRONG_PROGRAM 3007, "AccountOwnedByWrongProgram"
#define INVALID_PROGRAM_ID 3008, "InvalidProgramId"
#define ACCOUNT_NOT_SIGNER 3010, "AccountNotSigner"
#define ACCOUNT_NOT_INITIALIZED 3012, "AccountNotInitialized"
#define ACCOUNT_SYSVAR_MISMATCH 3015, "AccountSysvarMismatch"

// solana-program program_error.rs: errors of the runtime stand in the upper half of the result.
#define INVALID_ACCOUNT_DATA (4UL << 32)
#define UNINITIALIZED_ACCOUNT (10UL << 32)

// Refuses like Anchor does: a log line with the error's name and number, then the number. The
// sentence that Anchor adds for a person is left out.
#define FAIL_(origin, number, name)                                              \
  do {                                                                           \
    LOG("AnchorError " origin ". Error Code: " name ". Error Number: " #number "."); \
    return number;                                                               \
  } while (0)
#define FAIL(...) FAIL_(__VA_ARGS__)

// A rule of the program about one account, by its name in the instruction.
#define REQUIRE(condition, account, ...) \
  do {                                   \
    if (!(condition)) FAIL("caused by account: " account, __VA_ARGS__); \
  } while (0)

// A rule that isn't about one account.
#define ENSURE(condition, ...)           \
  do {                                   \
    if (!(condition)) FAIL("occurred", __VA_ARGS__); \
  } while (0)
