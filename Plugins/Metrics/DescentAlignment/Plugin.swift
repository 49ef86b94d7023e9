import CICL
import ICLKit

@c @implementation
public func icl_plugin_v1(
  _ host: UnsafePointer<icl_host>?, _ lowest: UInt32, _ highest: UInt32,
  _ error: UnsafeMutablePointer<icl_error>?
) -> UnsafePointer<icl_plugin>? {
  Plugin.table(
    host, lowest, highest, error, name: "descent-alignment",
    components: DescentAlignment.self, DescentTheory.self, DescentWeights.self, StateSize.self,
    Copying.self)
}
