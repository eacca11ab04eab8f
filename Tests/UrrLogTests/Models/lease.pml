/*
 * How a partition goes from a member that was put out of its group to another one, for exhaustive
 * checking with spin: the member is fenced at any moment, also inside a call, and may never have
 * noticed; nobody else may have the partition before it is out of that call. See MemberLease.
 *
 * CALLS the calls that the member makes at most
 * WITHOUT_ORDER the member looks at the fence before it says that it is inside
 * WITHOUT_WAIT  the heir does not wait for the last call to end
 */
#ifndef CALLS
#define CALLS 3
#endif

bool busy = false;
bool fenced = false;
byte inside = 0;     /* members that work on the partition */
bool handed = false; /* the heir has taken it */

active proctype Member() {
    byte calls = 0;
    do
    :: calls == CALLS -> break
    :: calls < CALLS ->
        calls++;
#ifdef WITHOUT_ORDER
        if :: fenced -> break :: else fi;
        busy = true;
#else
        busy = true;
        if :: fenced -> busy = false; break :: else fi;
#endif
        inside++;
        assert(inside == 1 && !handed);
        inside--;
        busy = false
    od
}

active proctype Heir() {
    fenced = true;
#ifndef WITHOUT_WAIT
    /* Asks again with every call of its own, and reads nothing of the partition before. */
    !busy;
#endif
    handed = true;
    inside++;
    assert(inside == 1);
    inside--
}
