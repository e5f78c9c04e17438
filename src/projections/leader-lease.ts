/** Whether this process was lately confirmed as the log's writer: the sequencer, seen from reads. */
export interface LeaderLease {
  confirmed(): boolean
}
