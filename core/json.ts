/** The JSON text of a T, sent without being parsed again, with the ETag of the resource where it can be changed. */
export class Json<T> {
  readonly text: string;
  readonly tag: string | null;
  /** For the type checker only: keeps Json<A> and Json<B> apart. */
  declare readonly of: T;

  constructor(text: string, tag: string | null = null) {
    this.text = text;
    this.tag = tag;
  }
}
