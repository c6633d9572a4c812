/** What the tree of names has of every node, by the node's number; see the methods of `NameTree`. */
export interface NameColumns {
  readonly parents: Int32Array;
  readonly directoryOf: Int32Array;
  readonly nextSiblings: Int32Array;
}

/** The same of a tree of changes; see the methods of `ChangeTree`. */
export interface Columns extends NameColumns {
  /** Above all codes for a directory on the way. */
  readonly codes: Uint8Array;
  readonly times: Uint32Array;
  /** May be shorter than the others; empty when the listing tells no sizes. */
  readonly sizes: Float64Array;
}
