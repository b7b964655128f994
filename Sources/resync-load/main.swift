import CommandLineTool

/// `resync-load` does what `resync load` does.
StageCommand.run(stage: "load")
