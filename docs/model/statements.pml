/* ---- Statements: engine/state/run/run.ts, engine/state/run/checkpoint.ts, engine/copy/write-batch.ts ---- */

/* claimPartition */
inline claimPartition(n) {
  d_step {
    if
    :: isLess(partition[r].part[n]) ->
       partition[r].part[n].epoch = e; partition[r].part[n].sequence = s; partition[r].part[n].attempt = a;
       from = partition[r].part[n].last; ok = true
    :: else -> ok = false
    fi
  }
}

/* shutOut: every attempt of an older epoch, out of all partitions; part of the transaction that raises the epoch. */
inline shutOut(x) {
  partition[x].part[0].epoch = runs[x].epoch; partition[x].part[0].sequence = 0; partition[x].part[0].attempt = 0;
  partition[x].part[1].epoch = runs[x].epoch; partition[x].part[1].sequence = 0; partition[x].part[1].attempt = 0;
  partition[x].part[2].epoch = runs[x].epoch; partition[x].part[2].sequence = 0; partition[x].part[2].attempt = 0
}

/* What must hold whenever something is committed for a run: it has not ended, has the target, and is this workflow's. */
inline mayCommit() {
  assert(runs[r].state == running);
  assert(lease == r);
  assert(runs[r].workflow == w)
}

/* writeBatch: checkpoint, row and ID map in one transaction. A row that is there already breaks a unique constraint,
   and so a good document would go to quarantine. */
inline writeBatch(n, document) {
  d_step {
    if
    :: isMine(partition[r].part[n]) && partition[r].part[n].last == from ->
       mayCommit();
       from++;
       partition[r].part[n].last = from;
       if
       :: exists -> skip
       :: !exists && document == BAD && !isFixed -> isHeld[r] = true
       :: else ->
          assert(rows[document] == 0);
          rows[document]++; mapped[document]++; writer[document] = r;
          if :: document == BAD -> isHeld[r] = false :: else fi
       fi;
       assert(rows[document] == mapped[document])
    :: else -> ok = false
    fi
  }
}

/* raiseEpoch (engine/state/run/run.ts): from the epoch that the step knows. A repeated step finds its own mark, a late one another
   epoch. `mayRaise` is the condition of takeEpoch; what belongs to the raise follows in the same transaction. */
#define mayRaise (runs[r].epoch == e)
#define isRepeated(reason) (runs[r].epoch == e + 1 && runs[r].why == (reason))
inline raise(reason) {
  runs[r].epoch++; runs[r].why = reason
}

/* The raise of a rollback: the partitions are shut out when they are reset. */
inline raiseForRollback() {
  d_step {
#ifdef OLD_RAISE
    runs[r].epoch++; runs[r].why = FOR_ROLLBACK; answered = runs[r].epoch
#else
    if
    :: mayRaise -> raise(FOR_ROLLBACK)
    :: else -> ok = isRepeated(FOR_ROLLBACK)
    fi;
    answered = e + 1
#endif
  }
}

/* endRun (engine/run/end-run.ts): state, verdict and fences in one transaction; the lease is kept for the reports of a
   complete run. One before its time may come after a raise of its own workflow whose answer was lost for good. */
#define isEarly (how != complete)
#ifdef OLD_LOST
#define isUnlearnt false
#else
#define isUnlearnt (isEarly && runs[r].epoch == e + 1 && (runs[r].why == FOR_ROLLBACK || runs[r].why == FOR_RETRY))
#endif
inline endRun(how) {
  d_step {
#ifdef OLD_END
    /* Whoever comes, and however late. */
    runs[r].state = how; runs[r].epoch++; shutOut(r);
    if :: lease == r -> lease = NOBODY :: else fi;
    answered = e
#elif defined(OLD_ABORT)
    /* Nobody is shut out. */
    if
    :: mayRaise -> runs[r].state = how; lease = NOBODY
    :: else
    fi;
    answered = e
#else
    if
    :: mayRaise || isUnlearnt ->
       answered = runs[r].epoch + 1;
       raise(FOR_END + how); shutOut(r); runs[r].state = how; runs[r].hasVerdict = true;
       if :: isEarly -> lease = NOBODY :: else fi
    :: else ->
       ok = isRepeated(FOR_END + how) || (isEarly && runs[r].epoch == e + 2 && runs[r].why == FOR_END + how);
       answered = runs[r].epoch
    fi
#endif
  }
}

/* releaseLease (engine/run/end-run.ts): once the reports are written. */
inline releaseLease() {
  d_step {
    if
    :: runs[r].epoch == e && runs[r].hasVerdict -> if :: lease == r -> lease = NOBODY :: else fi
    :: else -> ok = false
    fi
  }
}

/* planRetry (engine/run/retry-quarantine.ts): the epoch, and a partition of the documents to be tried again. */
inline planRetry() {
  d_step {
    if
    :: mayRaise ->
       raise(FOR_RETRY); isRetryPlanned[r] = isHeld[r];
       partition[r].part[1].epoch = e + 1; partition[r].part[1].sequence = 0; partition[r].part[1].attempt = 0;
       partition[r].part[1].last = 0
    :: else -> ok = isRepeated(FOR_RETRY)
    fi;
    answered = e + 1
  }
}

/* resetCheckpoints (engine/run/rollback-stage.ts): back to the start, once an epoch; the partition of a retry goes. */
inline resetCheckpoints() {
  d_step {
    if
    :: partition[r].part[0].epoch < e ->
       partition[r].part[0].epoch = e; partition[r].part[0].sequence = 0; partition[r].part[0].attempt = 0;
       partition[r].part[0].last = 0
    :: else
    fi;
    if
    :: partition[r].part[1].epoch < e ->
       partition[r].part[1].epoch = e; partition[r].part[1].sequence = 0; partition[r].part[1].attempt = 0;
       isRetryPlanned[r] = false
    :: else
    fi
  }
}

/* rollbackStage: one transaction a page, each of which holds the epoch (holdEpoch). */
inline deleteDocument(document) {
  d_step {
    if
    :: runs[r].epoch == e ->
       mayCommit();
       if
       :: rows[document] > 0 && writer[document] == r -> rows[document] = 0; mapped[document] = 0
       :: else
       fi
    :: else -> ok = false
    fi
  }
}
