import ICLGraph
import Testing

@Suite struct EinsumTextTests {
  @Test(
    arguments: [
      ("ij,jk->ik", [0, 1], [1, 2], [0, 2]), ("zq,qa->za", [0, 1], [1, 2], [0, 2]),
      (" i j , j -> i ", [0, 1], [1], [0]), (",i->i", [], [0], [0]), (",->", [], [], []),
    ] as [(String, [Int], [Int]?, [Int])])
  func twoOperandsAreRead(_ text: String, _ left: [Int], _ right: [Int]?, _ output: [Int]) throws {
    let spec = try EinsumSpec(text)
    #expect(spec.left == left)
    #expect(spec.right == right)
    #expect(spec.output == output)
  }

  @Test func oneOperandIsRead() throws {
    let spec = try EinsumSpec("kj->j")
    #expect(spec.left == [0, 1])
    #expect(spec.right == nil)
    #expect(spec.output == [1])
    #expect(spec.text == "ab->b")
  }

  @Test(arguments: [
    ("ij,jk", "einsum ij,jk: expected a form like ij,jk->ik"),
    ("ij-ik", "einsum ij-ik: expected a form like ij,jk->ik"),
    ("i,j,k->i", "einsum i,j,k->i: takes one or two operands, not 3"),
    ("iI->i", "einsum iI->i: letters are a to z"),
    ("i1->i", "einsum i1->i: letters are a to z"),
    (
      "ii->i",
      "einsum ii->i: a letter stands twice in one operand; diagonals are not supported"
    ),
    ("ij->k", "einsum ij->k: a letter of the result stands in no operand"),
  ])
  func othersAreRefused(_ text: String, _ message: String) {
    let error = #expect(throws: GraphError.self) { try EinsumSpec(text) }
    #expect(error?.description == message)
  }
}
