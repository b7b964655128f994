import CommandLineTool

/// `resync-extract` does what `resync extract` does.
StageCommand.run(stage: "extract")
