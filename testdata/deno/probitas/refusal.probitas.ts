import { scenario } from "probitas";
import { Cart } from "../src/cart.ts";

export default scenario("refusal")
  .step("an item cannot cost less than nothing", () => {
    try {
      new Cart().add({ name: "gift", price: -1 });
    } catch {
      return;
    }
    throw new Error("the cart took it");
  })
  .build();
