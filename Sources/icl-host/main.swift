print("icl-host")
