import { scenario } from "probitas";
import { Cart } from "../src/cart.ts";

export default scenario("checkout")
  .step("fill the cart", () => {
    const cart = new Cart();
    cart.add({ name: "tea", price: 4 });
    cart.add({ name: "cup", price: 7 });
    return cart;
  })
  .step("pay", (cart) => {
    const total = (cart as Cart).total();
    if (total !== 11) throw new Error(`paid ${total}`);
  })
  .build();
