/*
 * The shared appender, a reader and overwriting of a partition log, for exhaustive checking with
 * spin: every interleaving of the atomic steps, sequentially consistent (the orderings in the code
 * are what makes the real machine look like that; see LogLayout).
 *
 * RECORDS  records that all producers together append
 * SLOTS    capacity of the log in records
 * DIES     1: a producer may end between its claim and its commit, also before its first store
 * ABANDONS 1: somebody marks the record of a dead producer as aborted
 * OVERWRITES 1: the log overwrites; 0: the reader's committed offset holds it
 *
 * WITHOUT_HOLDS, WITHOUT_MARK_CHECK, WITHOUT_COMPARING, WITHOUT_LOOKING_AGAIN leave something out
 * that must not be left out: then the search has to find what goes wrong.
 *
 * A claim is of one record or, as a batch, of two: then its first slot has the mark and the count
 * for both. One data slot stands for one record: claiming bytes and claiming an offset are one
 * atomic step in the code too (one compare-exchange of both words).
 */
#ifndef RECORDS
#define RECORDS 4
#endif
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef DIES
#define DIES 0
#endif
#ifndef ABANDONS
#define ABANDONS 0
#endif
#ifndef OVERWRITES
#define OVERWRITES 1
#endif

#define NOBODY 127 /* no hold */
#define CLAIMED(o) ((o) * 4 + 5)
#define COMMITTED(o) ((o) * 4 + 6)
#define ABORTED(o) ((o) * 4 + 7)
#define SETTLED(m, o) ((m) == COMMITTED(o) || (m) == ABORTED(o))

byte claim = 0;    /* next offset */
byte freed = 0;    /* slots of offsets below it may be used again */
byte earliest = 0; /* first offset that is not discarded, as announced to readers */
byte hold = NOBODY; /* offset that the reader pins, or has committed */
byte mark[SLOTS];  /* of claims, in the slot of their first record */
byte count[SLOTS]; /* records of the claim */
byte payload[SLOTS];
byte writers[SLOTS]; /* threads inside a slot's payload: never two, never with a reader */
bool reading[SLOTS];
bool isStart[RECORDS + 1]; /* of a claim; for assertions alone, as what follows */
byte dead = 0;     /* first offset of a claim whose producer died, plus 1 */
byte deadCount;    /* its records */
byte finished = 0; /* producers that have ended */
byte delivered = 0, missed = 0, passed = 0;

/* Makes room for the slots of `size` records from `offset`; done is false where a hold or an
   unfinished claim is in the way, or where somebody else was faster. One claim at a time is
   discarded here, a sixteenth of the log in the code. */
inline makeRoom(offset, size, done) {
    byte seen; byte target;
    seen = freed;
    done = (offset + size <= seen + SLOTS);
    if
    :: done
    :: else ->
        /* What is discarded must be finished: its appender may still be writing. */
        if
#ifdef WITHOUT_MARK_CHECK
        :: true ->
#else
        :: SETTLED(mark[seen % SLOTS], seen) ->
#endif
            /* The slot may be another claim's by now. */
            target = seen + count[seen % SLOTS];
            if
#ifndef WITHOUT_LOOKING_AGAIN
            :: freed != seen
#endif
            :: target > offset
            :: else ->
#ifndef WITHOUT_MARK_CHECK
                assert(isStart[target] || target == claim);
#endif
                atomic { if :: earliest < target -> earliest = target :: else fi };
                if
#ifndef WITHOUT_HOLDS
                :: hold < target
#endif
                :: else ->
                    atomic { /* compare-exchange */
                        if
                        :: freed == seen -> freed = target
                        :: else
                        fi
                    }
                    done = (offset + size <= freed + SLOTS)
                fi
            fi
        :: else
        fi
    fi
}

/* Ends the producer over its claim, once in a run. */
#define DIE atomic { DIES && dead == 0 -> dead = offset + 1; deadCount = size }; break

proctype Producer() {
    byte offset; byte size; byte slot; byte next; bool room;
    do
    :: offset = claim;
       if
       :: offset == RECORDS -> break
       :: offset < RECORDS -> size = 1
       :: offset + 2 <= RECORDS -> size = 2
       fi;
       makeRoom(offset, size, room);
       if
       :: !room -> skip /* full for now: the caller offers again later */
       :: else ->
            atomic { /* compare-exchange */
                if
#ifdef WITHOUT_COMPARING
                :: true -> claim = offset + size; isStart[offset] = true
#else
                :: claim == offset -> claim = offset + size; isStart[offset] = true
#endif
                :: else -> room = false
                fi
            }
            if
            :: !room
            :: else ->
                slot = offset % SLOTS;
                if :: true :: DIE fi;
                count[slot] = size;
                if :: true :: DIE fi;
                mark[slot] = CLAIMED(offset);
                next = offset;
                do
                :: next < offset + size ->
                    atomic {
                        writers[next % SLOTS]++;
                        assert(writers[next % SLOTS] == 1 && !reading[next % SLOTS])
                    };
                    atomic {
                        payload[next % SLOTS] = next;
                        writers[next % SLOTS]--;
                        next++
                    }
                :: else -> break
                od;
                if
                :: mark[slot] = COMMITTED(offset)
                :: DIE
                fi
            fi
       fi
    od;
    finished++
}

/* Polls of one record each, so that it also stops in the middle of a batch. */
proctype Reader() {
    byte position = 0; byte known = 0; byte slot; byte seen; bool isAborted;
    do
    :: position == RECORDS -> break
    :: DIES && !ABANDONS && dead == position + 1 ->
        /* Defined: the reader stops at the claim of a dead producer, and nothing passes it. */
        break
    :: position < RECORDS ->
        slot = position % SLOTS;
        if
        :: position < known /* inside a batch */
        :: position >= known ->
            if
            :: mark[slot] == COMMITTED(position) ->
                isAborted = false;
                known = position + count[slot]
            :: mark[slot] == ABORTED(position) ->
                isAborted = true;
                known = position + count[slot]
            :: OVERWRITES && earliest > position /* then the pin finds out */
            :: else -> goto next /* not there yet */
            fi
        fi;
        if
        :: OVERWRITES ->
            hold = position; /* pin: sequentially consistent store ... */
            if
            :: earliest > position -> /* ... then load */
                hold = NOBODY;
                seen = earliest;
                missed = missed + (seen - position);
                position = seen;
                known = seen;
                goto next
            :: else
            fi
        :: else
        fi;
        assert(position < known && known <= claim);
        if
        :: isAborted -> passed++; position++
        :: else ->
            atomic { reading[slot] = true; assert(writers[slot] == 0) };
            atomic {
                assert(payload[slot] == position);
                reading[slot] = false;
                delivered++;
                position++
            }
        fi;
        if
        :: OVERWRITES -> hold = NOBODY
        :: else -> hold = position /* commit */
        fi;
next:   skip
    od;
    assert(delivered + missed + passed == position);
    if
    :: !DIES || ABANDONS -> assert(position == RECORDS)
    :: else -> assert(position == RECORDS || dead == position + 1)
    fi;
    if
    :: !DIES -> assert(passed == 0)
    :: else -> assert(passed <= deadCount)
    fi;
    if :: !OVERWRITES -> assert(missed == 0) :: else fi;
    hold = NOBODY
}

/* Gives up a claim as a whole if its producer has described it, else record by record. */
proctype Undertaker() {
    byte offset; byte end; byte seen;
    if
    :: atomic { dead > 0 -> offset = dead - 1; end = offset + deadCount };
       do
       :: offset >= end -> break
       :: offset < end ->
           /* Its own mark, or what an earlier lap left where it died before its first store. */
           seen = mark[offset % SLOTS];
           assert(!SETTLED(seen, offset));
           if
           :: seen != CLAIMED(offset) -> count[offset % SLOTS] = 1; isStart[offset + 1] = true
           :: else
           fi;
           atomic { /* compare-exchange */
               assert(mark[offset % SLOTS] == seen);
               mark[offset % SLOTS] = ABORTED(offset);
               offset = offset + count[offset % SLOTS]
           }
       od
    :: finished == 2 && dead == 0
    fi
}

init {
    atomic {
        /* Under back-pressure a group is attached before anything is appended. */
        if :: !OVERWRITES -> hold = 0 :: else fi;
        run Producer();
        run Producer();
        run Reader();
        if :: ABANDONS -> run Undertaker() :: else fi
    }
}
