#ifndef DOCUMENTS
#define DOCUMENTS 2
#endif
#define BAD (DOCUMENTS - 1)  /* in quarantine until the source is fixed */
#define NOBODY 9

#ifndef FAULTS
#define FAULTS 2
#endif

mtype = { absent, running, complete, failed, aborted };
mtype = { nothing, done, fenced };

/* migration_run. Run 0 is the first one; run 1 is begun when the first was aborted. */
typedef Run {
  mtype state = absent;
  byte epoch;
  byte workflow = NOBODY; /* workflow_run_id */
  byte why;               /* what raised the epoch last: marks -> 'epoch' */
  bool hasVerdict;
}
Run runs[2];
byte lease = NOBODY; /* its unique column: the run that holds the target */

/* migration_partition: of each run the copy's partition (0), that of a retry (1) and that of a reconciliation (2). */
typedef Partition {
  byte epoch;
  byte sequence;
  byte attempt;
  byte last; /* documents that the checkpoint has passed */
}
typedef Partitions { Partition part[3] }
Partitions partition[2];

/* The user's table and migration_id_map, by document; whose the row is; migration_quarantine of each run. */
byte rows[DOCUMENTS];
byte mapped[DOCUMENTS];
byte writer[DOCUMENTS];
bool isHeld[2];
bool isRetryPlanned[2];
bool isFixed; /* somebody has fixed the bad document in the source */

/* What Temporal knows: which workflow is open, the attempt whose answer counts, and that answer. */
bool isOpen[2];
byte sequenceOf[2];
byte attemptOf[2];
mtype answerOf[2];
byte answeredRun[2];
byte answeredEpoch[2];
byte faults = FAULTS;

/* Which of the two workflows works on a run now, between its preflight and its ending. */
byte atWork[2] = NOBODY;

/* What an epoch is raised for; an adoption names the workflow. */
#define FOR_ROLLBACK 1
#define FOR_RETRY 2
#define FOR_END 3 /* and the state that the run ends in */
#define FOR_ADOPTION 20

#define isLess(p) ((p.epoch < e) || (p.epoch == e && p.sequence < s) || (p.epoch == e && p.sequence == s && p.attempt < a))
#define isMine(p) (p.epoch == e && p.sequence == s && p.attempt == a)
