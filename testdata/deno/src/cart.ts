export interface Item {
  name: string;
  price: number;
}

export class Cart {
  #items: Item[] = [];

  add(item: Item): void {
    if (item.price < 0) throw new RangeError(`${item.name} costs ${item.price}`);
    this.#items.push(item);
  }

  total(): number {
    return this.#items.reduce((sum, item) => sum + item.price, 0);
  }
}
