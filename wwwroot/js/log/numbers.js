// Ascending numbers, of which the newest come at the end and the oldest go at the start. Pure, and cheap with hundreds of thousands of them.

export class Numbers {
  values = new Float64Array(1024);
  head = 0;
  tail = 0;

  get length() {
    return this.tail - this.head;
  }

  at(index) {
    return this.values[this.head + index];
  }

  push(value) {
    if (this.tail === this.values.length) this.makeRoom();
    this.values[this.tail++] = value;
  }

  /** Lets the oldest go. */
  shift() {
    this.head++;
  }

  /** Keeps so many of the oldest. */
  cut(length) {
    this.tail = this.head + length;
  }

  clear() {
    this.head = this.tail = 0;
  }

  /** The index of the first that is not smaller. */
  indexOf(wanted) {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low - this.head;
  }

  makeRoom() {
    const { head, tail, values } = this;
    if (head < tail / 2) {
      this.values = new Float64Array(values.length * 2);
      this.values.set(values.subarray(head, tail));
    } else values.copyWithin(0, head, tail);
    this.head = 0;
    this.tail = tail - head;
  }
}
