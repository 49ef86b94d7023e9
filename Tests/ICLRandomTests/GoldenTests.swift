import ICLRandom
import Testing

/// Numbers of Goldens/goldens.txt, which goldens.py computes with numpy.
@Suite struct GoldenTests {
  let seed: UInt64 = 0x0123_4567_89AB_CDEF
  var stream: PromptStream {
    .of(seed: seed, "x", step: 7, prompt: (1 << 32) + 5)
  }

  @Test func keys() {
    func key(_ seed: UInt64, _ name: String, _ scope: StreamKey.Scope) -> SIMD2<UInt32> {
      StreamKey(seed: seed, stream: name, scope: scope).key
    }
    #expect(key(seed, "x", .prompt) == SIMD2(0x6A18_D2C5, 0xCF89_57C8))
    #expect(key(seed, "x", .run) == SIMD2(0x71A7_CA6C, 0xDCBB_4588))
    #expect(key(seed, "", .prompt) == SIMD2(0x7406_86FB, 0x2A39_2E82))
    #expect(key(0, "größe", .prompt) == SIMD2(0x5CC0_9550, 0x686C_65B8))
  }

  @Test func words() {
    #expect(stream.block(0) == SIMD4(0x87CD_9204, 0x5260_8E43, 0xAD77_1FAF, 0x6A9A_E43C))
    #expect(stream.block(1) == SIMD4(0x9D5C_0B5D, 0xDCC2_C1CE, 0xFE3F_6B24, 0xBBF5_ED5E))
    let far = PromptStream.of(seed: seed, step: (1 << 40) + 3, prompt: (1 << 47) + 9)
    #expect(far.block(0) == SIMD4(0x2F32_20A7, 0xE687_BD83, 0x55E7_CCA7, 0x90FF_29CA))
  }

  @Test func uniformFloat() {
    let expected: [Float] = [
      0x1.0f9b24p-1, 0x1.498238p-2, 0x1.5aee3ep-1, 0x1.aa6b9p-2, 0x1.3ab816p-1, 0x1.b98582p-1,
      0x1.fc7ed6p-1, 0x1.77ebdap-1, 0x1.3b6a32p-1,
    ]
    #expect(stream.uniformFloats(9) == expected)
  }

  @Test func uniformDouble() {
    let expected: [Double] = [
      0x1.4982390e1f364p-2, 0x1.aa6b90f2b5dc6p-2, 0x1.b985839d3ab81p-1, 0x1.77ebdabdfc7edp-1,
      0x1.d7b660dd3b6a3p-1, 0x1.d2cb3bb9b769ap-2, 0x1.136045c046a98p-1,
    ]
    #expect(stream.uniformDoubles(7) == expected)
  }

  @Test func normalFloat() {
    let expected: [Float] = [
      -0.49084216356277466, 1.0134190320968628, -0.7633996605873108, 0.4422898590564728,
      0.6399925351142883, -0.7507980465888977, -0.011600570753216743, -0.11662765592336655,
      0.8664433360099792,
    ]
    // Rounded once from Double, so other libraries' logarithms and cosines give the same Float.
    #expect(stream.normalFloats(9) == expected)
  }

  @Test func normalDouble() {
    let expected = [
      -1.303008361310846, 0.7549221216141428, -0.05386773323695401, -0.5415661597663072,
      -0.3893829146552384, 0.11086556872367469, 0.7262392009824354,
    ]
    expectClose(stream.normalDoubles(7), expected, within: 4e-15)
    let key = StreamKey(seed: seed, stream: "M", scope: .run)
    expectClose(
      PromptStream(perRun: key).normalDoubles(4),
      [0.0991940621696163, 0.6181628706247105, 0.857741847879459, -2.7195736508306005],
      within: 4e-15)
  }

  @Test func permutation() {
    #expect(stream.permutation(12) == [5, 10, 2, 1, 0, 9, 11, 7, 6, 8, 4, 3])
  }

  @Test func orthogonal() {
    let expected = [
      -0.8210546786273827, 0.5633662618115338, -0.09212855017085199, -0.3412529362551911,
      -0.35501438174834554, 0.870351206266212, 0.4576195452570787, 0.7460450682125966,
      0.48373661014478375,
    ]
    expectClose(stream.orthogonal(3), expected, within: 1e-14)
  }

  func expectClose(_ values: [Double], _ expected: [Double], within tolerance: Double) {
    #expect(values.count == expected.count)
    for (value, truth) in zip(values, expected) {
      #expect(abs(value - truth) <= tolerance, "\(value) is not \(truth)")
    }
  }
}
